/** The page talks to the host it came from, unless told otherwise. */

import { expect, test } from 'vitest';
import { feedUrl, sharesClock } from './feed-url.ts';

const at = (protocol: string, host: string, search = '') => ({ protocol, host, search });

test('the gateway is where the page is, encrypted when the page is', () => {
  expect(feedUrl(at('http:', '127.0.0.1:7180'))).toBe('ws://127.0.0.1:7180/feed');
  expect(feedUrl(at('https:', 'md.example.com'))).toBe('wss://md.example.com/feed');
});

test('?ws= names another gateway, and only a WebSocket address counts', () => {
  const page = (ws: string) => feedUrl(at('http:', 'page:1', `?ws=${encodeURIComponent(ws)}`));
  expect(page('wss://other.example:7180/feed')).toBe('wss://other.example:7180/feed');
  expect(page('http://other.example/feed')).toBe('ws://page:1/feed');
  expect(page('javascript:alert(1)')).toBe('ws://page:1/feed');
  expect(page('')).toBe('ws://page:1/feed');
});

test('a clock is shared on the same machine only', () => {
  expect(sharesClock('ws://127.0.0.1:7180/feed')).toBe(true);
  expect(sharesClock('ws://localhost:7180/feed')).toBe(true);
  expect(sharesClock('ws://[::1]:7180/feed')).toBe(true);
  expect(sharesClock('wss://md.example.com/feed')).toBe(false);
});
