/** What a server of repairs is asked: replays, book snapshots, credit; and what relays acknowledge. */

import { MAX_REPAIR_REQUEST_BYTES } from '../limits.ts';
import { DecodeError } from './decode-error.ts';
import { type InstrumentNames, nameBytes, readNames, writeNames } from './instrument-names.ts';
import { readU64, writeU64 } from './packet.ts';
import {
  decodeRepairHeader,
  openMessage,
  REPAIR_HEADER_BYTES,
  type RepairHeader,
  RepairOffset,
  RepairType,
  readCredit,
  readSymbol,
  viewOf,
  writeSymbol,
} from './repair-layout.ts';

const ACKNOWLEDGE_BYTES = 56;

export interface ReplayRequest extends RepairHeader {
  readonly type: typeof RepairType.Replay;
  readonly from: number;
  /** Not included. */
  readonly to: number;
  /** Chunks that may be sent before more credit is granted. */
  readonly credit: number;
}

export interface SnapshotRequest extends RepairHeader, InstrumentNames {
  readonly type: typeof RepairType.Snapshot;
  /** The position that the books must have reached at least. */
  readonly minimumSequence: number;
  readonly credit: number;
}

export interface CreditGrant extends RepairHeader {
  readonly type: typeof RepairType.Credit;
  readonly chunks: number;
}

export interface CancelRequest extends RepairHeader {
  readonly type: typeof RepairType.Cancel;
}

/** A relay tells its engine how far it has come; not answered. */
export interface RelayAcknowledgement extends RepairHeader {
  readonly type: typeof RepairType.Acknowledge;
  /** As the engine's configuration calls it: 1 to 32 printable ASCII characters. */
  readonly name: string;
  /** Everything before this sequence is safe with it. */
  readonly next: number;
}

export type RepairRequest =
  | ReplayRequest
  | SnapshotRequest
  | CreditGrant
  | CancelRequest
  | RelayAcknowledgement;

export function encodeRepairRequest(request: RepairRequest): Uint8Array {
  switch (request.type) {
    case RepairType.Replay: {
      const { bytes, view } = openMessage(request, 40);
      writeU64(view, RepairOffset.ReplayFrom, request.from);
      writeU64(view, RepairOffset.ReplayTo, request.to);
      view.setUint32(RepairOffset.ReplayCredit, request.credit, true);
      return bytes;
    }
    case RepairType.Snapshot:
      return encodeSnapshotRequest(request);
    case RepairType.Credit: {
      const { bytes, view } = openMessage(request, 24);
      view.setUint32(RepairOffset.CreditChunks, request.chunks, true);
      return bytes;
    }
    case RepairType.Cancel:
      return openMessage(request, REPAIR_HEADER_BYTES).bytes;
    case RepairType.Acknowledge: {
      const { bytes, view } = openMessage(request, ACKNOWLEDGE_BYTES);
      writeU64(view, RepairOffset.AcknowledgeNext, request.next);
      writeSymbol(bytes, RepairOffset.AcknowledgeName, request.name);
      return bytes;
    }
  }
}

function encodeSnapshotRequest(request: SnapshotRequest): Uint8Array {
  const { bytes, view } = openMessage(request, RepairOffset.SnapshotNames + nameBytes(request));
  writeU64(view, RepairOffset.SnapshotMinimum, request.minimumSequence);
  view.setUint32(RepairOffset.SnapshotCredit, request.credit, true);
  writeNames(bytes, RepairOffset.SnapshotIds, RepairOffset.SnapshotNames, request);
  return bytes;
}

/** What a server receives. Throws `DecodeError` for anything but a request. */
export function decodeRepairRequest(bytes: Uint8Array): RepairRequest {
  if (bytes.byteLength > MAX_REPAIR_REQUEST_BYTES) {
    throw new DecodeError('TOO_LONG', 0, `A request has at most ${MAX_REPAIR_REQUEST_BYTES}.`);
  }
  const header = decodeRepairHeader(bytes);
  switch (header.type) {
    case RepairType.Replay: {
      const view = viewOf(bytes, 40);
      return {
        ...header,
        type: RepairType.Replay,
        from: readU64(view, RepairOffset.ReplayFrom),
        to: readU64(view, RepairOffset.ReplayTo),
        credit: readCredit(view, RepairOffset.ReplayCredit),
      };
    }
    case RepairType.Snapshot:
      return decodeSnapshotRequest(header, bytes);
    case RepairType.Credit: {
      const view = viewOf(bytes, 24);
      const chunks = readCredit(view, RepairOffset.CreditChunks);
      return { ...header, type: RepairType.Credit, chunks };
    }
    case RepairType.Cancel:
      return { ...header, type: RepairType.Cancel };
    case RepairType.Acknowledge: {
      const view = viewOf(bytes, ACKNOWLEDGE_BYTES);
      return {
        ...header,
        type: RepairType.Acknowledge,
        next: readU64(view, RepairOffset.AcknowledgeNext),
        name: readSymbol(bytes, RepairOffset.AcknowledgeName),
      };
    }
    default:
      throw new DecodeError('UNKNOWN_TYPE', RepairOffset.Type, `${header.type} is no request.`);
  }
}

function decodeSnapshotRequest(header: RepairHeader, bytes: Uint8Array): SnapshotRequest {
  const view = viewOf(bytes, RepairOffset.SnapshotNames);
  return {
    ...header,
    type: RepairType.Snapshot,
    minimumSequence: readU64(view, RepairOffset.SnapshotMinimum),
    credit: readCredit(view, RepairOffset.SnapshotCredit),
    ...readNames(bytes, RepairOffset.SnapshotIds, RepairOffset.SnapshotNames),
  };
}
