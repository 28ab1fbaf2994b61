/** The journal's own work: commands to records, records to a file, and a segment read again. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordPlayer } from '../../../engine/index.ts';
import {
  Durability,
  FORMAT_VERSION,
  NEW_ENGINE,
  NodeJournalFiles,
  RecordBatch,
  SegmentFile,
  type SegmentHeader,
  scanSegment,
} from '../../../engine/journal/index.ts';
import { crc32 } from '../../../feed/process/index.ts';
import { CommandStream } from '../../journal/command-stream.ts';
import { type MicroRun, type MicroSuite, witness } from '../micro-suite.ts';

const COMMANDS = 5000;
/** In one record, as one turn of a busy engine brings them. */
const PER_COMMIT = 500;
const TIME_HIGH = 400_000_000;

const HEADER: Omit<SegmentHeader, 'inode' | 'born'> = {
  version: FORMAT_VERSION,
  durability: Durability.Write,
  matcher: new Uint8Array(16),
  configuration: new Uint8Array(16),
  bootId: new Uint8Array(16),
  epoch: { seconds: 1_700_000_000, random: 7 },
  previousEpoch: { seconds: 0, random: 0 },
  previousLastSequence: 0,
  previousLastOrderSequence: 0,
  firstTransaction: 1,
  created: 0n,
  previousChain: 0,
};

export const journalSuite: MicroSuite = {
  name: 'journal',
  measures:
    'Commands of a made-up market, half of them new orders: written into records of 500, sealed and chained; appended to a segment on disk with its commit mark (two writes a record, no fsync); the segment scanned as a restart scans it, and its commands decoded. Per command.',
  leavesOut:
    'fsync, which is the disk and not the code; the matcher, which a restart runs as well; the relay and the checkpoint.',
  wouldLie:
    'The file stays in the page cache: a cold disk reads slower. On a small disk with other work, append says how busy that was.',
  cases: [
    {
      name: 'encode and seal',
      unit: 'command',
      operations: COMMANDS,
      isGuarded: true,
      setUp: sealing,
    },
    { name: 'append to a file', unit: 'command', operations: COMMANDS, setUp: appending },
    {
      name: 'scan a segment',
      unit: 'command',
      operations: COMMANDS,
      isGuarded: true,
      setUp: scanning,
    },
    { name: 'decode what was scanned', unit: 'command', operations: COMMANDS, setUp: playing },
  ],
};

/** Gives each record, sealed behind the one before. */
function sealAll(give: (bytes: Uint8Array, chain: number, last: number) => void, first = 0): void {
  const stream = new CommandStream(COMMANDS, 1);
  const batch = new RecordBatch();
  sealStream(stream, batch, give, first);
}

function sealStream(
  stream: CommandStream,
  batch: RecordBatch,
  give: (bytes: Uint8Array, chain: number, last: number) => void,
  firstChain: number,
): void {
  let chain = firstChain;
  for (let i = 0; i < COMMANDS; ) {
    const before = { ...NEW_ENGINE, transaction: i };
    for (const end = i + PER_COMMIT; i < end; i += 1) {
      batch.command(TIME_HIGH, i, stream.ownerOf(i), i + 1, stream.command(i));
    }
    const sealed = batch.seal(before, chain, crc32);
    chain = sealed.chain;
    give(sealed.bytes, chain, i);
    batch.clear();
  }
}

function sealing(): MicroRun {
  const stream = new CommandStream(COMMANDS, 1);
  const batch = new RecordBatch();
  let bytes = 0;
  sealStream(
    stream,
    batch,
    (record) => {
      bytes += record.length;
    },
    0,
  );
  return {
    bytes: bytes / COMMANDS,
    round: () => {
      sealStream(
        stream,
        batch,
        (_, chain) => {
          witness.sum += chain;
        },
        0,
      );
    },
  };
}

function appending(): MicroRun {
  const { file, end, remove } = newSegment();
  const records: { bytes: Uint8Array; chain: number }[] = [];
  sealAll((bytes, chain) => records.push({ bytes: bytes.slice(), chain }), file.chain);
  return {
    round: () => {
      for (const record of records) file.append(record, 1);
    },
    end: () => {
      end();
      remove();
    },
  };
}

/** Reads what was written; throws unless all of it is whole. */
function scanning(): MicroRun {
  const bytes = segmentBytes();
  return {
    round: () => {
      const { records, damage, tornBytes } = scanSegment(bytes, crc32);
      if (records !== COMMANDS / PER_COMMIT || damage !== undefined || tornBytes > 0) {
        throw new Error(`The segment was read as ${records} records: ${damage?.what}.`);
      }
    },
  };
}

function playing(): MicroRun {
  const records: Uint8Array[] = [];
  sealAll((bytes) => records.push(bytes.slice()));
  const player = new RecordPlayer({
    command: (_transaction, _timeHigh, _timeLow, owner) => {
      witness.sum += owner;
    },
    client: () => {},
  });
  return {
    round: () => {
      for (const bytes of records) player.play(bytes, 0, bytes.length);
    },
  };
}

function segmentBytes(): Uint8Array {
  const { file, files, end, remove } = newSegment();
  sealAll((bytes, chain, last) => file.append({ bytes, chain }, last), file.chain);
  end();
  const written = files.read(file.name);
  remove();
  return written;
}

function newSegment(): {
  readonly file: SegmentFile;
  readonly files: NodeJournalFiles;
  readonly end: () => void;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'touchline-micro-'));
  const files = new NodeJournalFiles(folder);
  const file = SegmentFile.create(HEADER, { files, crc32, fsync: false });
  const remove = (): void => rmSync(folder, { recursive: true });
  return { file, files, end: () => file.release(), remove };
}
