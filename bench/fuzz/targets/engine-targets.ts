/** The engine's decoders: order entry, the journal, checkpoints, the state. */

import { RecordPlayer, StateError, StateReader } from '../../../engine/index.ts';
import {
  decodeCheckpointHeader,
  FORMAT_VERSION,
  scanSegment,
  stateOfCheckpoint,
} from '../../../engine/journal/index.ts';
import {
  CommandDecoder,
  decodeClientFound,
  decodeFindClient,
  decodeFindInstrument,
  decodeInstrumentFound,
  decodeLoggedOn,
  decodeLogoff,
  decodeLogon,
  decodeOpenOrders,
  decodeOpenOrdersPage,
  decodeReport,
  decodeReportSequence,
  decodeReportsLost,
  MAX_ENTRY_FRAME_BYTES,
  MessageReader,
  MessageType,
  readCommandNumber,
} from '../../../engine/protocol/index.ts';
import { DecodeError } from '../../../feed/index.ts';
import { expecting, type FuzzTarget, must } from '../fuzz-target.ts';
import {
  checkpoint,
  engineState,
  entryMessages,
  journalRecord,
  journalSegment,
  NO_CRC,
  newEngine,
} from './engine-samples.ts';

const MIB = 2 ** 20;

export const engineTargets: readonly FuzzTarget[] = [
  {
    name: 'order-entry',
    covers: ['engine/protocol/'],
    maxBytes: MAX_ENTRY_FRAME_BYTES + 64,
    maxBufferBytes: MIB,
    seeds: entryMessages,
    run: readEntryMessages,
  },
  {
    name: 'journal-record',
    covers: ['engine/journal/record-player'],
    maxBytes: 8192,
    maxBufferBytes: MIB,
    seeds: () => [journalRecord()],
    run: (input) => {
      let commands = 0;
      const target = {
        command: () => {
          commands += 1;
        },
        client: () => {},
      };
      expecting([DecodeError, RangeError], () => {
        new RecordPlayer(target).play(input, 0, input.length);
      });
      must(commands <= input.length / 8, 'a record has no more commands than words');
    },
  },
  {
    name: 'journal-segment',
    covers: ['engine/journal/segment-scan', 'engine/journal/format'],
    maxBytes: 8192,
    maxBufferBytes: MIB,
    seeds: () => [journalSegment()],
    run: (input) => {
      const scan = scanSegment(input, NO_CRC);
      // Of another version only the marks are read, and believed.
      const isOurs = scan.header?.version === FORMAT_VERSION;
      must(!isOurs || scan.end <= input.length, 'a segment ends within its file');
    },
  },
  {
    name: 'checkpoint',
    covers: ['engine/journal/checkpoint-file'],
    maxBytes: 8192,
    maxBufferBytes: MIB,
    seeds: () => [checkpoint()],
    run: (input) => {
      expecting([DecodeError], () => decodeCheckpointHeader(input, NO_CRC));
      expecting([DecodeError, RangeError], () => stateOfCheckpoint(input, NO_CRC));
    },
  },
  {
    name: 'engine-state',
    covers: ['engine/state-reader', 'engine/saved', 'engine/order-directory', 'engine/book/saved'],
    maxBytes: 64 * 1024,
    maxBufferBytes: 64 * MIB,
    seeds: () => [engineState()],
    run: (input) => {
      expecting([StateError], () => {
        const reader = new StateReader(input);
        newEngine().loadState(reader);
        reader.end();
      });
    },
  },
];

const DECODERS: Readonly<Record<number, (reader: MessageReader) => unknown>> = {
  [MessageType.Logon]: decodeLogon,
  [MessageType.LoggedOn]: decodeLoggedOn,
  [MessageType.Logoff]: decodeLogoff,
  [MessageType.FindInstrument]: decodeFindInstrument,
  [MessageType.InstrumentFound]: decodeInstrumentFound,
  [MessageType.ReportSequence]: decodeReportSequence,
  [MessageType.ReportsLost]: decodeReportsLost,
  [MessageType.OpenOrders]: decodeOpenOrders,
  [MessageType.OpenOrdersPage]: decodeOpenOrdersPage,
  [MessageType.FindClient]: decodeFindClient,
  [MessageType.ClientFound]: decodeClientFound,
};

/** Whatever type a message says it is: both ends read all that they know. */
function readEntryMessages(input: Uint8Array): void {
  const reader = new MessageReader();
  const commands = new CommandDecoder();
  let messages = 0;
  expecting([DecodeError], () => {
    reader.open(input);
    while (reader.next()) {
      messages += 1;
      const decode = DECODERS[reader.type];
      if (decode !== undefined) expecting([DecodeError], () => decode(reader));
      if (!reader.isKnown) continue;
      expecting([DecodeError], () => {
        if (commands.read(reader) !== undefined) readCommandNumber(reader);
      });
      expecting([DecodeError], () => decodeReport(reader));
    }
  });
  must(messages <= input.length / 8, 'a frame has no more messages than words');
}
