/** What every transport has to do, run over each: the same session, whatever carries it. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { CLOSE_CODES, MAX_REQUEST_BYTES, MessageType } from '../protocol/index.ts';
import { bestLevels, ClientView } from '../testing/client-view.ts';
import type { FakeInstrument } from '../testing/fake-feed.ts';
import { seeded } from '../testing/seeded.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';
import type { TestPeer, TransportUnderTest } from './testing/peer.ts';

const LINGER_MS = 300;
const ROOM = 8;
const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 1);

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 4000; i += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`waited in vain until ${what}`);
}

export function describeTransport(transport: TransportUnderTest): void {
  describe(`a client over ${transport.name}`, () => {
    let gateway: TestGateway;
    const peers: TestPeer[] = [];

    beforeEach(async () => {
      gateway = await startTestGateway({ maxConnections: ROOM, lingerMs: LINGER_MS });
    });

    afterEach(async () => {
      for (const peer of peers.splice(0)) peer.drop();
      await gateway.close();
    });

    async function connect(origin?: string): Promise<TestPeer> {
      const peer = await transport.connect(gateway.http, origin);
      peers.push(peer);
      return peer;
    }

    async function welcomed(): Promise<TestPeer> {
      const peer = await connect();
      peer.send([MessageType.Hello, 1, null, 'suite']);
      await until('it is welcomed', () => has(peer, MessageType.Welcome));
      return peer;
    }

    function has(peer: TestPeer, type: number): boolean {
      return peer.events.some((event) => event[0] === type);
    }

    function listed(): FakeInstrument {
      const instrument = gateway.feed.list('ABC');
      gateway.feed.transaction((steps) => steps.level(instrument, Side.Bid, 1000, 1));
      return instrument;
    }

    /** Applies what has come since the last call; throws at a gap, a repeat or a swap. */
    function follow(peer: TestPeer): { readonly view: ClientView; catchUp(): void } {
      const view = new ClientView();
      let read = 0;
      return {
        view,
        catchUp() {
          for (const event of peer.events.slice(read)) view.apply(event);
          read = peer.events.length;
        },
      };
    }

    function walk(instrument: FakeInstrument, transactions: number, levels: number): number {
      const random = seeded(SEED + transactions);
      let last = 0;
      for (let i = 0; i < transactions; i += 1) {
        last = gateway.feed.transaction((steps) => {
          for (let n = 0; n < levels; n += 1) {
            const isBid = random.next() < 0.5;
            const price = isBid ? random.integer(700, 1000) : random.integer(1001, 1300);
            const quantity = random.integer(0, 5);
            steps.level(instrument, isBid ? Side.Bid : Side.Ask, price, quantity, quantity);
          }
        });
      }
      return last;
    }

    it('gets a book and every change of it, in order', async () => {
      const instrument = listed();
      const peer = await welcomed();
      peer.send([MessageType.Subscribe, 2, 'book', 'ABC', { depth: 1000, interval: 0 }]);
      const { view, catchUp } = follow(peer);
      for (let round = 0; round < 20; round += 1) {
        const last = walk(instrument, 10, 5);
        await until('the last transaction has come', () => {
          catchUp();
          return view.transaction === last;
        });
        expect(view.side('bids')).toEqual(bestLevels(instrument.book, Side.Bid, 1000));
        expect(view.side('asks')).toEqual(bestLevels(instrument.book, Side.Ask, 1000));
      }
      expect(view.snapshots).toBe(1);
      expect(view.diffs).toBeGreaterThan(20);
    });

    it('is answered in the order of its requests, many at once', async () => {
      const peer = await welcomed();
      const times = Array.from({ length: 60 }, (_, i) => i);
      peer.send(...times.slice(0, 30).map((time) => [MessageType.Ping, time] as const));
      peer.send(...times.slice(30).map((time) => [MessageType.Ping, time] as const));
      const pongs = () => peer.events.filter((event) => event[0] === MessageType.Pong);
      await until('all are answered', () => pongs().length === 60);
      expect(pongs().map((event) => event[1])).toEqual(times);
    });

    it('gets a message of a megabyte whole', async () => {
      const rows = 20_000;
      for (let i = 0; i < rows; i += 1) gateway.feed.list(`INSTRUMENT-${i}`);
      const peer = await welcomed();
      peer.send([MessageType.Subscribe, 2, 'instruments', '']);
      await until('the list is there', () => has(peer, MessageType.Instruments));
      const list = peer.events.find((event) => event[0] === MessageType.Instruments);
      expect(list?.[3]).toHaveLength(rows);
    });

    it('hears what is wrong with its messages, and in the end why it is closed', async () => {
      const peer = await welcomed();
      for (let i = 0; i < 20; i += 1) peer.sendRaw([Buffer.from('nonsense')]);
      expect(await peer.end).toMatchObject({ code: CLOSE_CODES.BAD_PROTOCOL[0] });
      expect(peer.events.filter(([type]) => type === MessageType.Error)).toHaveLength(16);
    });

    it('is closed when it says something else than hello first', async () => {
      const peer = await connect();
      peer.send([MessageType.Ping, 1]);
      expect(await peer.end).toMatchObject({ code: CLOSE_CODES.NO_HELLO[0] });
    });

    it('is refused or closed for a message that is too large, and nobody else is', async () => {
      const healthy = await welcomed();
      const peer = await welcomed();
      peer.sendRaw([Buffer.alloc(MAX_REQUEST_BYTES * 20, '1')]);
      expect(await peer.end).toMatchObject({ code: CLOSE_CODES.TOO_BIG[0] });
      healthy.send([MessageType.Ping, 5]);
      await until('the other is answered', () => has(healthy, MessageType.Pong));
    });

    it('is told when the gateway goes away', async () => {
      const peer = await welcomed();
      await gateway.close();
      expect(await peer.end).toMatchObject({ code: CLOSE_CODES.RESTART[0] });
    });

    it('is refused when there is no room, and let in when there is again', async () => {
      const full = await Promise.all(Array.from({ length: ROOM }, () => welcomed()));
      const { code } = await (await connect()).end;
      expect([CLOSE_CODES.OVERLOADED[0], 503]).toContain(code);
      full[0]?.drop();
      await until('one has left', () => gateway.server.gateway.sessionCount < ROOM);
      await welcomed();
    });

    it('is refused when its page comes from elsewhere', async () => {
      const peer = await connect('https://evil.example');
      expect(await peer.end).toMatchObject({ code: 403 });
    });

    it('leaves nothing behind when its network is gone', async () => {
      const peer = await welcomed();
      expect(gateway.server.gateway.sessionCount).toBe(1);
      peer.drop();
      await until('its session is over', () => gateway.server.gateway.sessionCount === 0);
    });

    it('that stops reading for a while has an equal book afterwards', async () => {
      const instrument = listed();
      const peer = await welcomed();
      peer.send([MessageType.Subscribe, 2, 'book', 'ABC', { depth: 1000, interval: 0 }]);
      await until('the snapshot is there', () => has(peer, MessageType.Snapshot));
      peer.pause();
      const { gateway: server } = gateway.server;
      for (let round = 0; round < 200 && server.heldCount === 0; round += 1) {
        walk(instrument, 20, 60);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      peer.resume();
      const last = walk(instrument, 1, 1);
      const { view, catchUp } = follow(peer);
      await until('the last transaction has come', () => {
        catchUp();
        return view.transaction === last;
      });
      expect(view.side('bids')).toEqual(bestLevels(instrument.book, Side.Bid, 1000));
      expect(view.side('asks')).toEqual(bestLevels(instrument.book, Side.Ask, 1000));
    });
  });
}
