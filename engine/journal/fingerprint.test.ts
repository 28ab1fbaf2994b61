/** The fingerprint tries everything, is always the same, and shows a rule that has changed. */

import { expect, it, vi } from 'vitest';
import { crc32 } from '../../feed/process/index.ts';
import { Market } from '../market.ts';
import { CommandType, OrderType, Reason, reasonCode, TimeInForce } from '../protocol/index.ts';
import { EngineFixture } from '../testing/engine-fixture.ts';
import { configurationFingerprint, matcherFingerprint, RULE_LIMITS } from './fingerprint.ts';
import { PROBE_OWNERS, PROBE_STEP_MS, probeCommands, probeRandom } from './probe-commands.ts';

it('tries every command, order type and time in force', () => {
  const commands = probeCommands();
  const types = new Set(commands.map(({ type }) => type));
  expect([...types].sort()).toEqual(Object.values(CommandType).sort());
  const orders = commands.filter((command) => command.type === CommandType.NewOrder);
  expect(new Set(orders.map(({ orderType }) => orderType)).size).toBe(
    Object.keys(OrderType).length,
  );
  expect(new Set(orders.map(({ timeInForce }) => timeInForce)).size).toBe(
    Object.keys(TimeInForce).length,
  );
});

it('brings about every end that an order can come to', () => {
  const market = new EngineFixture();
  const random = probeRandom();
  const reasons = new Set<unknown>();
  market.timeNs = 0n;
  for (const command of probeCommands(random)) {
    market.timeNs += BigInt(PROBE_STEP_MS) * 1_000_000n;
    const told = market.do(command, 1 + random(PROBE_OWNERS));
    const ends = told.filter(([, name]) => name === 'cancelled' || name === 'rejected');
    for (const report of ends) reasons.add(report.at(-1));
    for (const [, name] of told) reasons.add(name);
  }
  const { Delisted, None, PauseOver, Scheduled, UnknownInstrument } = Reason;
  // The last three are told of statuses, or would end the probe's instruments for good.
  const others: readonly Reason[] = [None, Delisted, PauseOver, Scheduled];
  const missing = Object.values(Reason).filter(
    (reason) => reason < UnknownInstrument && !others.includes(reason) && !reasons.has(reason),
  );
  expect(missing.map(reasonCode)).toEqual([]);
  expect(reasons).toContain('triggered');
});

it('is the same each time, and another one when a command ends differently', () => {
  const first = matcherFingerprint(crc32);
  expect(matcherFingerprint(crc32)).toEqual(first);
  expect(configurationFingerprint()).toHaveLength(16);
  expect(Object.values(RULE_LIMITS).every((limit) => Number.isSafeInteger(limit))).toBe(true);
  expect(RULE_LIMITS.MAX_ICEBERG_PARTS).toBeGreaterThan(0);
  const { apply } = Market.prototype;
  let commands = 0;
  const spy = vi.spyOn(Market.prototype, 'apply').mockImplementation(function (
    this: Market,
    ...given
  ) {
    commands += 1;
    // One command of three thousand is refused that was not, or for another reason.
    return commands === 1500 ? Reason.Overloaded : apply.apply(this, given);
  });
  expect(matcherFingerprint(crc32)).not.toEqual(first);
  spy.mockRestore();
});
