/** The newest packets of one stream, and the gate that closes when a relay does not take them. */

import { PacketRing, type RelayAcknowledgement } from '../feed/index.ts';
import { RelayGate, type RelayGateOptions } from './relay-gate.ts';

export class RelayedRing {
  readonly ring: PacketRing;
  readonly gate: RelayGate;

  constructor(options: RelayGateOptions) {
    this.ring = new PacketRing(options.ringBytes);
    this.gate = new RelayGate(options);
  }

  add(packet: Uint8Array, firstSequence: number, count: number): void {
    this.ring.add(packet, firstSequence, count);
    this.gate.published(packet.byteLength, firstSequence, count);
  }

  readonly acknowledged = ({ name, epoch, next }: RelayAcknowledgement): void => {
    this.gate.acknowledged(name, epoch, next);
  };
}
