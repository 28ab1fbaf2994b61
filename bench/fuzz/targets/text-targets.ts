/** What people, venues and browsers write: messages of the gateway, recordings, files, decimals. */

import { MarketFileError, parseMarketFile } from '../../../engine/index.ts';
import {
  BinanceParser,
  CaptureParser,
  KrakenParser,
  LineError,
  LobsterParser,
  parseLobsterRow,
} from '../../../engine/sources/index.ts';
import { DecimalError, DecimalScale } from '../../../feed/decimal.ts';
import { parseAllowList, SecurityError } from '../../../feed/zmq/security/index.ts';
import {
  EventReader,
  JsonDecoder,
  jsonEncoding,
  MAX_REQUEST_BYTES,
  MAX_REQUEST_DEPTH,
  MessageError,
  msgpackEncoding,
  RequestReader,
  StepFormat,
} from '../../../gateway/protocol/index.ts';
import { expecting, type FuzzTarget, must } from '../fuzz-target.ts';
import { gatewayMessages } from './gateway-messages.ts';

const MIB = 2 ** 20;
const utf8 = new TextEncoder();
const text = new TextDecoder();
export const textTargets: readonly FuzzTarget[] = [
  {
    name: 'gateway-msgpack',
    covers: ['gateway/protocol/'],
    maxBytes: 4096,
    maxBufferBytes: MIB,
    seeds: () => gatewayMessages().map((message) => msgpackEncoding().encode(message)),
    run: (input) => {
      new RequestReader().read(input);
      expecting([MessageError], () => new EventReader().read(input));
    },
  },
  {
    name: 'gateway-json',
    isText: true,
    covers: ['gateway/protocol/'],
    maxBytes: 4096,
    maxBufferBytes: MIB,
    seeds: () => gatewayMessages().map((message) => jsonEncoding().encode(message)),
    run: (input) => {
      const decoder = (): JsonDecoder => new JsonDecoder(MAX_REQUEST_BYTES, MAX_REQUEST_DEPTH);
      new RequestReader(decoder()).read(input);
      expecting([MessageError], () => new EventReader(decoder()).read(input));
    },
  },
  lineTarget('kraken', () => new KrakenParser(), [
    '1618678133.626511: [1,{"as":[["5.10","2.000","1.1"]],"bs":[["5.00","3.000","1.1"]]},"book-10","A/B"]',
    '1618678134.1: [1,{"a":[["5.10","0.000","1.2"]]},{"b":[["5.00","1.000","1.2","r"]],"c":"974942666"},"book-10","A/B"]',
    '1618678135.2: [2,[["5.05","1.000","1.3","b","l",""]],"trade","A/B"]',
    'wss://ws.kraken.com <-> 1618678130.0',
  ]),
  lineTarget('binance', () => new BinanceParser(), [
    '{"type":"snapshot","symbol":"AB","timeNs":"1","data":{"lastUpdateId":5,"bids":[["5.00","3.0"]],"asks":[["5.10","2.0"]]}}',
    '{"stream":"ab@depth","data":{"e":"depthUpdate","E":1,"s":"AB","U":6,"u":7,"b":[["5.00","0.0"]],"a":[]}}',
    '{"lastUpdateId":5,"bids":[["5.00","3.0"]],"asks":[["5.10","2.0"]]}',
  ]),
  lineTarget('capture', () => new CaptureParser(), [
    '{"type":"instrument","symbol":"ONE","tickSize":"0.01","lotSize":"1","depth":10}',
    '{"type":"snapshot","symbol":"ONE","timeNs":"1700000000000000000","bids":[["5.00","3"]],"asks":[]}',
    '{"type":"delta","symbol":"ONE","timeNs":"1700000000000000001","bids":[],"asks":[["5.10","2"]]}',
    '{"type":"trade","symbol":"ONE","timeNs":"1700000000000000002","price":"5.05","quantity":"1","aggressor":"buy"}',
    '{"type":"clear","symbol":"ONE","timeNs":"1700000000000000003"}',
  ]),
  lineTarget('lobster', () => new LobsterParser({ symbol: 'ONE', midnightNs: 0n }), [
    '34200.017459617,5,0,1,2238200,-1',
    '34200.18960767,1,11885113,21,2238100,1',
    '34200.18960768,4,11885113,5,2238100,1',
    '34200.2,3,11885113,16,2238100,1',
  ]),
  {
    name: 'lobster-row',
    isText: true,
    covers: ['engine/sources/lobster-format'],
    maxBytes: 1024,
    maxBufferBytes: MIB,
    seeds: () => [utf8.encode('2239500,100,2231800,100,2239900,100,2230700,200')],
    run: (input) => expecting([LineError], () => parseLobsterRow(text.decode(input))),
  },
  {
    name: 'decimal',
    isText: true,
    covers: ['feed/decimal', 'gateway/protocol/decimal-format'],
    maxBytes: 96,
    maxBufferBytes: MIB,
    seeds: () =>
      ['0.01', '0.0078125', '5', '-12.50', '9007199254740991'].map((one) => utf8.encode(one)),
    run: (input) => {
      const value = text.decode(input);
      const cent = new DecimalScale('0.01');
      expecting([DecimalError], () => {
        const ticks = cent.parse(value);
        must(cent.parse(cent.format(ticks)) === ticks, 'what is formatted is parsed again');
        must(new StepFormat('0.01').format(ticks) === cent.format(ticks), 'both formatters agree');
      });
      expecting([DecimalError], () => new DecimalScale(value).format(7));
    },
  },
  {
    name: 'market-file',
    isText: true,
    covers: ['engine/market-file', 'engine/markets/'],
    maxBytes: 4096,
    maxBufferBytes: MIB,
    seeds: () => [
      utf8.encode(
        '{"instruments":[{"symbol":"ONE","tickSize":"0.01","lotSize":"1","lowestPrice":"1.00","highestPrice":"500.00","simulation":{"referencePrice":"100.00","volatility":0.02}}]}',
      ),
    ],
    run: (input) => expecting([MarketFileError], () => parseMarketFile(text.decode(input), 'x')),
  },
  {
    name: 'allow-list',
    isText: true,
    covers: ['feed/zmq/security/allow-list', 'feed/zmq/security/z85'],
    maxBytes: 1024,
    maxBufferBytes: MIB,
    seeds: () => [
      utf8.encode('# who\nrisk-desk   rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7 feed entry\n'),
    ],
    run: (input) => expecting([SecurityError], () => parseAllowList(text.decode(input), 'x')),
  },
];

/** Parsers of recordings never throw: a line that is wrong becomes a problem with its number. */
function lineTarget(
  name: string,
  create: () => { line(text: string, number: number): readonly unknown[]; end(): unknown },
  lines: readonly string[],
): FuzzTarget {
  return {
    name,
    isText: true,
    covers: [`engine/sources/${name}`, 'engine/sources/line-problem', 'engine/sources/venue'],
    maxBytes: 4096,
    maxBufferBytes: MIB,
    seeds: () => [utf8.encode(lines.join('\n')), ...lines.map((line) => utf8.encode(line))],
    run: (input) => {
      const parser = create();
      for (const [index, line] of text.decode(input).split('\n').entries()) {
        parser.line(line, index + 1);
      }
      parser.end();
    },
  };
}
