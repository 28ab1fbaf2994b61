/** What operators write: keys, calendars, kept states, options, a gateway's configuration. */

import { InvalidArgumentError } from 'commander';
import {
  aboveZero,
  parseState,
  readCalendar,
  seconds,
  wholeNumber,
} from '../../../clients/cli/index.ts';
import { lobsterFileName, parseSourceSpec } from '../../../engine/sources/index.ts';
import { UserError } from '../../../feed/process/index.ts';
import { parseKeys, SecurityError } from '../../../feed/zmq/security/index.ts';
import { clientAddress, gatewayConfig } from '../../../gateway/testing/index.ts';
import * as arguments_ from '../../harness/arguments.ts';
import { parseScenarioFile, ScenarioError } from '../../scenarios/scenario-file.ts';
import { expecting, type FuzzTarget, must } from '../fuzz-target.ts';

const MIB = 2 ** 20;
const DAY_MS = 86_400_000;
const SECONDS_A_DAY = 86_400;
const utf8 = new TextEncoder();
const text = new TextDecoder();

/** Made for this, and used nowhere else: the same seed tries the same inputs. */
const KEYS = {
  publicKey: 'ARoe6ovRS2KZ-/Q@m>ixxG?M/Qb+DC=w^zdr@/-g',
  secretKey: 'uL80N367td*IEbydv9pl=qncuDPuhgP:(-cc<lcv',
};

export const operatorTargets: readonly FuzzTarget[] = [
  written('keys-file', ['feed/zmq/security/'], [JSON.stringify(KEYS)], (input) =>
    expecting([SecurityError], () => parseKeys('x', input)),
  ),
  written(
    'calendar-file',
    ['clients/cli/order/calendar-file'],
    [
      '{"entries":[{"days":"mon-fri","at":"09:30","status":"continuous"},{"days":"sat,sun","at":"23:59:59","status":"halted"}],"holidays":["2030-12-25"]}',
      '{"entries":[{"days":"sat-mon","at":"00:00","status":"cancel-only"}]}',
    ],
    (input) =>
      expecting([UserError], () => {
        for (const { weekdays, timeOfDayMs } of readCalendar(input, 'x').entries) {
          must(weekdays > 0 && weekdays < 128, 'an entry is of some days of a week');
          must(timeOfDayMs >= 0 && timeOfDayMs < DAY_MS, 'an entry is of a time of day');
        }
      }),
  ),
  written(
    'client-state',
    ['clients/cli/order/state-file'],
    [`{"name":"desk","token":"${'0a'.repeat(16)}","lastReport":7}`],
    (input) => expecting([UserError], () => parseState('x', input, 'desk')),
  ),
  written(
    'option-values',
    ['clients/cli/arguments', 'bench/harness/arguments'],
    ['0', '1', '10', '250', '86400', '0.5', '12.25', '1e3'],
    (input) => {
      inBounds(() => wholeNumber(1, 250)(input), 1, 250);
      inBounds(() => seconds(input), Number.MIN_VALUE, SECONDS_A_DAY);
      inBounds(() => Number(aboveZero(input)), Number.MIN_VALUE, Number.POSITIVE_INFINITY);
      inBounds(() => arguments_.wholeNumber(input), 0, Number.MAX_SAFE_INTEGER);
      inBounds(() => arguments_.positiveNumber(input), Number.MIN_VALUE, Number.MAX_VALUE);
    },
  ),
  written(
    'source',
    ['engine/sources/open-source', 'engine/sources/lobster-format'],
    ['sim', 'sim:7', 'lobster:AAPL_2012-06-21_34200000_57600000_message_10.csv', 'kraken:x.txt'],
    (input) =>
      expecting([UserError], () => {
        const { argument } = parseSourceSpec(input);
        must(lobsterFileName(argument).symbol !== '', 'a file has a symbol');
      }),
  ),
  slowly(
    'gateway-config',
    ['gateway/config', 'gateway/guard/client-address'],
    [
      '{"feed":["tcp://127.0.0.1:7100"],"repair":["ipc:///tmp/relay"],"port":7180,"workers":2,"sharePort":"true","drain":5000}',
      '{"host":"0.0.0.0","auth":"on","authSecret":"secret.txt","authIssuer":"desk","origin":["https://desk.example","*"],"trustedProxy":["10.0.0.0/8","::1/128"]}',
      '{"auth":"off","host":"10.0.0.7","maxConnections":"5","handshakeBurst":9,"adminToken":"admin.txt"}',
    ],
    (input) => {
      expecting([UserError], () => {
        const { trustedProxy, port, workers } = gatewayConfig({ file: { path: 'x', text: input } });
        must(port >= 0 && port < 65_536 && workers >= 1, 'numbers are within their bounds');
        const headers = { 'x-forwarded-for': input };
        const socket = { remoteAddress: '10.0.0.7' };
        const asked = { socket, headers } as unknown as Parameters<
          ReturnType<typeof clientAddress>
        >[0];
        must(clientAddress(trustedProxy)(asked) !== '', 'everybody has an address');
      });
      const variables = ['FEED', 'PORT', 'WORKERS', 'SHARE_PORT', 'ORIGIN', 'TRUSTED_PROXY'];
      for (const name of variables) {
        const environment = { [`TOUCHLINE_GATEWAY_${name}`]: input };
        expecting([UserError], () => gatewayConfig({ environment }));
      }
    },
  ),
  written(
    'scenario-file',
    ['bench/scenarios/scenario-file'],
    [
      'scenario: a trade\n  maker sells 5 at 10.00\n  > rests\n    10.00 | 5 | maker\n',
      '# first\nscenario: one\n  buy 1\n\nscenario: two\n  - x\n',
    ],
    (input) => expecting([ScenarioError], () => parseScenarioFile('x', input)),
  ),
];

/** Seven readings of an input. */
function slowly(...about: Parameters<typeof written>): FuzzTarget {
  return { ...written(...about), isSlow: true };
}

function written(
  name: string,
  covers: readonly string[],
  seeds: readonly string[],
  read: (input: string) => void,
): FuzzTarget {
  return {
    name,
    isText: true,
    covers,
    maxBytes: 4096,
    maxBufferBytes: MIB,
    seeds: () => seeds.map((seed) => utf8.encode(seed)),
    run: (input) => read(text.decode(input)),
  };
}

/** What is taken is a number, and one that was asked for. */
function inBounds(read: () => number, least: number, most: number): void {
  expecting([InvalidArgumentError], () => {
    const value = read();
    must(value >= least && value <= most, `${value} is from ${least} to ${most}`);
  });
}
