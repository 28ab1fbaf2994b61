/** The fingerprint tries everything, is always the same, and shows a rule that has changed. */

import { expect, it, vi } from 'vitest';
import { crc32 } from '../../feed/process/index.ts';
import { Market } from '../market.ts';
import { CommandType, OrderType, Reason, TimeInForce } from '../protocol/index.ts';
import { configurationFingerprint, matcherFingerprint, RULE_LIMITS } from './fingerprint.ts';
import { probeCommands } from './probe-commands.ts';

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
    // One command of two thousand is refused that was not, or for another reason.
    return commands === 1500 ? Reason.Overloaded : apply.apply(this, given);
  });
  expect(matcherFingerprint(crc32)).not.toEqual(first);
  spy.mockRestore();
});
