import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FeedState, Side } from '../feed/index.ts';
import { SUBPROTOCOL_JSON } from './protocol/index.ts';
import { startTestGateway, type TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startTestGateway({ processMetrics: true });
});

afterEach(() => gateway.close());

/** The value of each line of /metrics, by name and labels as they are written. */
async function metrics(): Promise<Map<string, number>> {
  const response = await fetch(`${gateway.http}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain');
  const lines = (await response.text()).split('\n').filter((line) => !line.startsWith('#'));
  return new Map(
    lines
      .filter((line) => line !== '')
      .map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );
}

describe('the metrics of a gateway', () => {
  it('say who is connected, what was sent, and what the books are', async () => {
    const instrument = gateway.feed.list('ABC');
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 100, 1));
    gateway.feed.state(gateway.feed.list('XYZ'), FeedState.Gapped, 'MISSED_RECORDS');
    const socket = new WebSocket(gateway.ws, SUBPROTOCOL_JSON);
    let received = 0;
    let bytes = 0;
    await new Promise((resolve) => socket.once('open', resolve));
    const answered = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        received += 1;
        bytes += data.length;
        if (data.toString().startsWith('[26,4')) resolve();
      });
    });
    socket.send('[1,1,null,"test"]');
    const { seconds, random } = gateway.feed.epoch;
    const resume = `[${seconds},${random},${instrument.sequence},null,null]`;
    socket.send(`[2,2,"book","ABC",{"depth":5,"interval":0,"resume":${resume}}]`);
    socket.send('[2,4,"book","NOPE"]');
    await answered;
    const told = await metrics();
    const value = (name: string) => told.get(`touchline_gateway_${name}`);
    expect(value('connections')).toBe(1);
    expect(value('connections_accepted_total{codec="json"}')).toBe(1);
    expect(value('subscriptions_total{channel="book"}')).toBe(1);
    expect(value('resumes_total{result="noop"}')).toBe(1);
    expect(value('errors_total{error="UNKNOWN_SYMBOL"}')).toBe(1);
    expect(value('messages_received_total')).toBe(3);
    expect(value('instruments{state="LIVE"}')).toBe(1);
    expect(value('instruments{state="GAPPED"}')).toBe(1);
    expect(value('ready')).toBe(0);
    expect(value('frames_sent_total')).toBeGreaterThanOrEqual(received);
    expect(value('bytes_sent_total')).toBeGreaterThanOrEqual(bytes);
    expect(told.has('process_resident_memory_bytes')).toBe(true);
    const before = value('delivery_latency_seconds_count') ?? Number.NaN;
    gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 100, 2));
    const after = await metrics();
    expect(after.get('touchline_gateway_delivery_latency_seconds_count')).toBe(before + 1);
    socket.terminate();
  });

  it('count those who are refused, and those who are closed', async () => {
    const socket = new WebSocket(gateway.ws, SUBPROTOCOL_JSON);
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('[4,1]');
    await closed;
    const told = await metrics();
    expect(told.get('touchline_gateway_disconnects_total{code="4001"}')).toBe(1);
    expect(told.get('touchline_gateway_connections')).toBe(0);
  });
});
