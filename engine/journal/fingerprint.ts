/** What the matcher does, as 16 bytes: a journal may only be done again by what did it before. */

import { createHash, type Hash } from 'node:crypto';
import { BookKind, type Crc32, Side, TradingStatus } from '../../feed/index.ts';
import { Engine } from '../engine.ts';
import { USUAL_CHOICE } from '../entry/client-directory.ts';
import * as engineLimits from '../limits.ts';
import {
  type Command,
  CommandType,
  MassCancelSide,
  type NewOrder,
  type OrderConditions,
  OrderType,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';
import { FINGERPRINT_BYTES } from './format.ts';
import { privateReports } from './private-run.ts';
import { NEW_ENGINE, RecordBatch } from './record-batch.ts';
import { RecordPlayer } from './record-player.ts';

/** Raised when the matcher does something differently that the probe below does not show. */
const MATCHER_VERSION = 1;
const PROBE_COMMANDS = 2000;
const PROBE_OWNERS = 3;
const PROBE_PRICES = 40;
/** Engine time between two commands of the probe: hash records come and go. */
const PROBE_STEP_NS = 7_000_000;
const PROBE_EPOCH = { seconds: 1, random: 1 };

/**
 * Taken from behaviour, not from sources: the same commands are encoded, decoded, matched,
 * recorded and reported by the code that runs the market, and every byte of it is hashed. So a
 * renamed variable changes nothing, and a changed rule, codec or layout cannot be forgotten.
 */
export function matcherFingerprint(crc32: Crc32): Uint8Array {
  const hash = createHash('sha256').update(`matcher ${MATCHER_VERSION}`);
  const reports = privateReports();
  const engine = new Engine({
    epoch: PROBE_EPOCH,
    wallClock: () => {},
    crc32,
    sink: (packet) => hash.update(packet),
    reports: reports.sink,
  });
  const batch = new RecordBatch();
  for (let owner = 1; owner <= PROBE_OWNERS; owner++) {
    const name = `probe-${owner}`;
    batch.client({ ...USUAL_CHOICE, owner, name, token: 'f'.repeat(32) });
  }
  const random = probeRandom();
  for (const [index, command] of probeCommands(random).entries()) {
    const number = index + 1;
    const time = number * PROBE_STEP_NS;
    const high = Math.floor(time / 2 ** 32);
    batch.command(high, time % 2 ** 32, 1 + random(PROBE_OWNERS), number, command);
  }
  const { bytes } = batch.seal(NEW_ENGINE, 0, crc32);
  hash.update(bytes);
  const { sequencer } = engine;
  const player = new RecordPlayer({
    command: (...command) => sequencer.apply(...command),
    client: (client) => reports.clients.restore(client, 0),
  });
  player.play(bytes, 0, bytes.length);
  engine.flush();
  for (let owner = 1; owner <= PROBE_OWNERS; owner++) {
    reports.clients.ofOwner(owner)?.reports.replay(0, (report) => hash.update(report));
  }
  return fingerprint(hash);
}

/** The limits that decide what becomes of a command and that no command carries. */
export function configurationFingerprint(): Uint8Array {
  return fingerprint(createHash('sha256').update(JSON.stringify({ ...engineLimits })));
}

function fingerprint(hash: Hash): Uint8Array {
  return new Uint8Array(hash.digest().subarray(0, FINGERPRINT_BYTES));
}

const { Gtc, Ioc, Fok } = TimeInForce;

type Random = (below: number) => number;

/** Some of every kind; a test holds it to that. */
export function probeCommands(random: Random = probeRandom()): Command[] {
  return Array.from({ length: PROBE_COMMANDS }, (_, index) => probeCommand(index + 1, random));
}

/** Instruments 1 and 2 are books of orders, 3 is a venue's. */
function probeCommand(i: number, random: Random): Command {
  if (i <= 3) return probeListing(i);
  const instrument = (1 + random(2)) as NewOrder['instrument'];
  const clientOrderId = 1 + Math.max(0, i - random(60));
  const price = 1000 + random(PROBE_PRICES);
  const quantity = random(30);
  switch (random(12)) {
    case 0:
      return { type: CommandType.Cancel, instrument, clientOrderId };
    case 1:
      return { type: CommandType.Modify, instrument, clientOrderId, price, quantity };
    case 2:
      return { type: CommandType.Replace, instrument, clientOrderId, price, quantity };
    case 3:
      return probeUpdate(random);
    case 4: {
      const aggressor = random(2) === 0 ? Side.Bid : Side.Ask;
      const venue = 3 as NewOrder['instrument'];
      return { type: CommandType.VenueTrade, instrument: venue, price, quantity, aggressor };
    }
    case 5:
      if (random(5) > 0) return probeOrder(i, random);
      if (random(2) === 0) {
        const side = oneOf(MassCancelSide, random);
        if (random(4) === 0) return { type: CommandType.OwnerGone };
        return { type: CommandType.MassCancel, instrument, side };
      }
      return {
        type: CommandType.SetStatus,
        instrument,
        status: random(2) === 0 ? TradingStatus.Halted : TradingStatus.Continuous,
      };
    default:
      return probeOrder(i, random);
  }
}

function probeListing(i: number): Command {
  return {
    type: CommandType.ListInstrument,
    symbol: `PROBE-${i}`,
    tickSize: '0.01',
    lotSize: '1',
    bookKind: i === 3 ? BookKind.Levels : BookKind.Orders,
    lowestPrice: 1,
    highestPrice: 1_000_000,
  };
}

function probeOrder(i: number, random: Random): Command {
  const isMarket = random(10) === 0;
  return {
    type: CommandType.NewOrder,
    instrument: (1 + random(2)) as NewOrder['instrument'],
    clientOrderId: i + 1,
    side: random(2) === 0 ? Side.Bid : Side.Ask,
    orderType: isMarket ? OrderType.Market : OrderType.Limit,
    timeInForce: random(3) > 0 ? TimeInForce.Gtc : oneOf({ Gtc, Ioc, Fok }, random),
    price: isMarket ? 0 : 1000 + random(PROBE_PRICES),
    quantity: 1 + random(30),
    ...probeConditions(random),
  };
}

/** A condition that is new in the protocol does not compile here until it is tried, too. */
function probeConditions(random: Random): OrderConditions {
  const all: Required<OrderConditions> = {
    minimumQuantity: random(10),
    postOnly: oneOf(PostOnly, random),
    selfTrade: oneOf(SelfTrade, random),
    displayQuantity: random(6),
    isHidden: random(2) === 1,
    linkedTo: random(20),
  };
  const some = Object.entries(all).filter(() => random(4) === 0);
  return Object.fromEntries(some) as OrderConditions;
}

function oneOf<T>(values: Readonly<Record<string, T>>, random: Random): T {
  const all = Object.values(values);
  return all[random(all.length)] as T;
}

function probeUpdate(random: Random): Command {
  const levels = Array.from({ length: random(6) }, () => ({
    side: random(2) === 0 ? Side.Bid : Side.Ask,
    price: 1000 + random(PROBE_PRICES),
    quantity: random(30),
  }));
  return {
    type: CommandType.BookUpdate,
    instrument: 3 as NewOrder['instrument'],
    clear: random(20) === 0,
    depth: random(3) * 5,
    levels,
  };
}

/** A linear congruential generator: the same numbers wherever it runs. */
function probeRandom(): Random {
  let state = 0x1234_5678;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
