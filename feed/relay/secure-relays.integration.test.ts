/** Keys between relays, and before the streams of single instruments: who is let in and who is not. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FeedState } from '../market.ts';
import { Random } from '../testing/random.ts';
import {
  bindAgain,
  cleanUp,
  cleanUps,
  expectEqual,
  isWhole,
  Market,
  PORTS,
  until,
} from '../testing/socket-market.ts';
import { TopicKind } from '../wire/topic.ts';
import { InstrumentSubscriber } from '../zmq/instrument-subscriber.ts';
import {
  AllowList,
  type ClientCurve,
  clientCurve,
  generateKeys,
  ServerSecurity,
} from '../zmq/security/index.ts';
import { Relay } from './relay.ts';

const FREE = 'tcp://127.0.0.1:*';
/** The engine's ring: about a hundred transactions. */
const SMALL_RING = 5000;
const SERVER = generateKeys();
const FRIEND = generateKeys();
const STRANGER = generateKeys();

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'touchline-secure-'));
});

afterEach(async () => {
  await cleanUp();
  rmSync(directory, { recursive: true, force: true });
});

/** A relay with keys that has the whole history, of which the engine holds the end only. */
async function secured(market: Market, random: Random) {
  const path = join(directory, 'allowed');
  writeFileSync(path, `friend ${FRIEND.publicKey} repair\n`);
  const refused: { publicKey?: string; problem?: string }[] = [];
  const log = { warn: (fields: object) => refused.push(fields) };
  const one = new ServerSecurity(SERVER, new AllowList(path), log, PORTS.nowMs);
  cleanUps.push(() => one.close());
  const security = await one.endpoint('repair');
  const { feed, repair: spine } = market;
  const relay = new Relay({ feed: [feed], spine: [spine], security, ...PORTS });
  const streams = await bindAgain(() => relay.publish(FREE));
  const repair = await bindAgain(() => relay.start(FREE));
  cleanUps.push(() => relay.close());
  await until('it follows', () => isWhole(relay.subscriber, market.engine));
  market.act(random, 400);
  await until('it has it all', () => isWhole(relay.subscriber, market.engine));
  return { relay, streams, repair, refused };
}

/** Another relay, which has to ask the first one for how it all began. */
async function peer(market: Market, repair: string, peerCurve: ClientCurve | undefined) {
  const { feed, repair: spine } = market;
  const relay = new Relay({ feed: [feed], spine: [spine], peers: [repair], peerCurve, ...PORTS });
  await bindAgain(() => relay.start(FREE));
  cleanUps.push(() => relay.close());
  return relay;
}

test('a relay has from another one what its key lets it ask for', async () => {
  const random = new Random(1);
  const market = new Market(1, SMALL_RING);
  await market.start();
  const { relay, repair, refused } = await secured(market, random);
  expect(market.engine.ring.firstSequence).toBeGreaterThan(1);
  expect(relay.oldestSequence).toBe(1);
  const friend = await peer(market, repair, clientCurve(FRIEND, SERVER.publicKey));
  await until('it has everything', () => isWhole(friend.subscriber, market.engine));
  expect(friend.oldestSequence).toBe(1);
  expectEqual(friend.subscriber, market.engine);
  expect(refused).toEqual([]);
});

test.each([
  ['whose key is in no list', clientCurve(STRANGER, SERVER.publicKey), STRANGER.publicKey],
  ['that expects another server', clientCurve(FRIEND, STRANGER.publicKey), undefined],
  ['without a key', undefined, undefined],
])('a relay %s has nothing from another one, which says so', async (_, curve, publicKey) => {
  const random = new Random(2);
  const market = new Market(1, SMALL_RING);
  await market.start();
  const { relay, repair, refused } = await secured(market, random);
  const stranger = await peer(market, repair, curve);
  const isTold = () => refused.some((one) => one.publicKey === publicKey);
  await until('the refusal is logged', () => refused.length > 0 && isTold());
  expect(stranger.subscriber.stats.repairedRecords).toBe(0);
  expect(stranger.oldestSequence).not.toBe(1);
  expect(relay.server.service.stats.requests).toBe(0);
});

test('the streams of single instruments are for keys in the list alone', async () => {
  const random = new Random(3);
  const market = new Market(1);
  await market.start();
  const { streams, repair, refused } = await secured(market, random);
  const read = (curve: ClientCurve | undefined) => {
    const reader = new InstrumentSubscriber(
      {
        relays: [{ streams, repair }],
        symbols: ['TOY1'],
        kinds: [TopicKind.TopOfBook, TopicKind.Trades],
        curve,
        ...PORTS,
        crc32,
      },
      {},
    );
    reader.start();
    cleanUps.push(() => reader.close());
    return reader;
  };
  const friend = read(clientCurve(FRIEND, SERVER.publicKey));
  await until('a friend reads', () => friend.find('TOY1')?.state === FeedState.Live);
  expect(refused).toEqual([]);
  const strangers = [read(clientCurve(STRANGER, SERVER.publicKey)), read(undefined)];
  await until('the key is logged', () => {
    return refused.filter(({ publicKey }) => publicKey === STRANGER.publicKey).length >= 2;
  });
  await until('who has none is logged', () => refused.some(({ problem }) => problem !== undefined));
  const { packets } = friend.stats;
  market.act(random, 100);
  await until('the friend hears more', () => friend.stats.packets > packets + 5);
  for (const stranger of strangers) {
    expect(stranger.stats.packets).toBe(0);
    expect(stranger.find('TOY1')).toBeUndefined();
  }
});
