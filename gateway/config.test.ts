import { describe, expect, it } from 'vitest';
import { gatewayConfig } from './config.ts';

describe('the configuration', () => {
  it('has defaults for everything, on this machine alone', () => {
    expect(gatewayConfig({})).toMatchObject({ host: '127.0.0.1', port: 7180, origin: [] });
  });

  it('takes numbers as a command line gives them', () => {
    expect(gatewayConfig({ port: '0', maxConnections: '5' })).toMatchObject({
      port: 0,
      maxConnections: 5,
    });
  });

  it.each([
    [{ port: 'x' }, '--port: must be a number'],
    [{ port: '70000' }, '--port: must be at most 65535'],
    [{ port: '1.5' }, '--port: must be a whole number'],
    [{ feed: ['127.0.0.1:7101'] }, '--feed: must look like tcp://127.0.0.1:7101'],
    [{ maxConnections: '0' }, '--max-connections: must be 1 or more'],
    [{ origin: ['desk.example'] }, '--origin: must look like https://desk.example'],
    [{ origin: ['https://desk.example/path'] }, '--origin: must look like'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses %j and says what is wrong', (options, words) => {
    let refusal: unknown;
    try {
      gatewayConfig(options);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(words) });
  });
});
