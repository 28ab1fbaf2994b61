import { describe, expect, it } from 'vitest';
import { type ConfigSources, gatewayConfig } from './config.ts';

function problemOf(sources: ConfigSources): unknown {
  try {
    gatewayConfig(sources);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the configuration', () => {
  it('has defaults for everything, on this machine alone, open to it', () => {
    expect(gatewayConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 7180,
      origin: [],
      auth: 'off',
    });
  });

  it('takes numbers as a command line gives them', () => {
    expect(gatewayConfig({ flags: { port: '0', maxConnections: '5' } })).toMatchObject({
      port: 0,
      maxConnections: 5,
    });
  });

  it.each([
    ['true', true],
    ['false', false],
  ])('takes a yes or no from the environment: %s', (text, sharePort) => {
    const environment = { TOUCHLINE_GATEWAY_SHARE_PORT: text };
    expect(gatewayConfig({ environment }).sharePort).toBe(sharePort);
  });

  it('takes a flag before the environment, and that before the file', () => {
    const config = gatewayConfig({
      flags: { port: '1' },
      environment: {
        TOUCHLINE_GATEWAY_PORT: '2',
        TOUCHLINE_GATEWAY_MAX_CONNECTIONS: '20',
        TOUCHLINE_GATEWAY_ORIGIN: 'https://a.example, https://b.example',
      },
      file: { path: 'g.json', text: '{"port":3,"maxConnections":30,"handshakeBurst":300}' },
    });
    expect(config).toMatchObject({
      port: 1,
      maxConnections: 20,
      handshakeBurst: 300,
      origin: ['https://a.example', 'https://b.example'],
    });
  });

  it('wants tokens wherever other machines can reach it, unless told in words', () => {
    expect(problemOf({ flags: { host: '0.0.0.0' } })).toMatchObject({ code: 'NO_TOKEN_KEY' });
    expect(problemOf({ flags: { auth: 'on' } })).toMatchObject({ code: 'NO_TOKEN_KEY' });
    expect(gatewayConfig({ flags: { host: '0.0.0.0', auth: 'off' } }).auth).toBe('off');
    expect(gatewayConfig({ flags: { host: '0.0.0.0', authKey: 'k.pem' } }).auth).toBe('on');
    // A key that is given is meant, also on loopback.
    expect(gatewayConfig({ flags: { authSecret: 's' } }).auth).toBe('on');
    const two = { authSecret: 's', authKey: 'k.pem' };
    expect(problemOf({ flags: two })).toMatchObject({ code: 'BAD_OPTION' });
  });

  it.each([
    [{ port: 'x' }, '--port: must be a number'],
    [{ port: '70000' }, '--port: must be at most 65535'],
    [{ port: '1.5' }, '--port: must be a whole number'],
    [{ feed: ['127.0.0.1:7101'] }, '--feed: must look like tcp://127.0.0.1:7101'],
    [{ maxConnections: '0' }, '--max-connections: must be 1 or more'],
    [{ origin: ['desk.example'] }, '--origin: must look like https://desk.example'],
    [{ origin: ['https://desk.example/path'] }, '--origin: must look like'],
    [{ drain: '30001' }, '--drain: must be at most 30000 ms'],
    [{ sharePort: 'maybe' }, '--share-port: '],
    [{ auth: 'maybe' }, '--auth: must be on or off'],
    [{ trustedProxy: ['localhost'] }, '--trusted-proxy: must look like'],
    [{ colour: 'red' }, '--colour: there is no such option'],
  ])('refuses %j and says what is wrong', (flags, words) => {
    const problem = problemOf({ flags });
    expect(problem).toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(words) });
  });

  it('says where a wrong option stands', () => {
    const environment = { TOUCHLINE_GATEWAY_PORT: 'x' };
    const inFile = (text: string) => ({ file: { path: 'g.json', text } });
    expect(String(problemOf({ environment }))).toContain(
      'TOUCHLINE_GATEWAY_PORT: must be a number',
    );
    expect(String(problemOf(inFile('{"port":"x"}')))).toContain(
      '"port" in g.json: must be a number',
    );
    expect(String(problemOf(inFile('{"colour":1}')))).toContain('"colour" in g.json: there is no');
    for (const text of ['', '[]', 'null', '{']) {
      expect(String(problemOf(inFile(text)))).toContain('g.json: must be a JSON object');
    }
  });
});
