import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FeedState } from '../feed/index.ts';
import { startTestGateway, type TestGateway } from './testing/test-gateway.ts';

let folder: string;
let gateway: TestGateway;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'touchline-page-'));
  mkdirSync(join(folder, 'page/assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html><title>t</title>');
  writeFileSync(join(folder, 'page/assets/index-Ab3dE6gh.js'), 'export {};');
  gateway = await startTestGateway({ page: join(folder, 'page') });
});

afterEach(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true });
});

/** Sends the bytes as they are: `fetch` would tidy up a path before sending it. */
function raw(request: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(gateway.http).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.end(request);
  });
}

describe('the HTTP server', () => {
  it('serves the page with a strict policy, to be asked for anew each time', async () => {
    const response = await fetch(`${gateway.http}/`);
    expect(await response.text()).toContain('<title>t</title>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain(`ws://127.0.0.1:${new URL(gateway.http).port}`);
    expect(policy).not.toContain('unsafe');
  });

  it('lets a browser keep the files whose names carry their hash', async () => {
    const response = await fetch(`${gateway.http}/assets/index-Ab3dE6gh.js`);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('cache-control')).toContain('immutable');
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/secret.txt',
    '/%00',
  ])('has nothing at %s', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain('secret\n');
  });

  it('says whether it lives and whether it is ready', async () => {
    const status = async (path: string) => (await fetch(`${gateway.http}${path}`)).status;
    expect(await status('/healthz')).toBe(200);
    expect(await status('/readyz')).toBe(503);
    const instrument = gateway.feed.list('ABC');
    expect(await status('/readyz')).toBe(200);
    gateway.feed.state(instrument, FeedState.Stale, 'HEARTBEAT_LOST');
    expect(await status('/readyz')).toBe(503);
  });

  it('answers only reads, and says where the WebSocket is', async () => {
    expect((await fetch(`${gateway.http}/`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${gateway.http}/feed`)).status).toBe(426);
    expect(await raw('what is this\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('says how to build a page that is not there', async () => {
    await gateway.close();
    gateway = await startTestGateway();
    const response = await fetch(`${gateway.http}/`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('npm run build:page');
    await expect(startTestGateway({ page: join(folder, 'nowhere') })).rejects.toMatchObject({
      code: 'BAD_PAGE',
    });
  });

  it('says what to do when the port is taken', async () => {
    const port = Number(new URL(gateway.http).port);
    await expect(startTestGateway({ port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining('--port'),
    });
  });
});
