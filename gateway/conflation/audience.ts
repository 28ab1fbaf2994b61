/** The members of one class, each with how far it has come. */

import { type ClassTime, type ConflationClass, NOT_ANNOUNCED } from './conflation-class.ts';

export interface Member {
  /** The class's version of the last frame that this member was sent. */
  version: number;
  /** Sends all of them, or none and says false: this member is held, and will ask to catch up. */
  offer(frames: readonly Uint8Array[]): boolean;
  /** The class is no more. */
  dismiss(): void;
}

export class Audience {
  readonly members = new Set<Member>();

  /** Sends the frames that lead from one version to another to all who stand at the former. */
  broadcast(frames: readonly Uint8Array[], from: number, to: number): void {
    for (const member of this.members) {
      if (member.version !== from) continue;
      // Without frames there is nothing to miss, not even for a member that is held.
      if (frames.length === 0 || member.offer(frames)) member.version = to;
    }
  }

  /** Sends a frame that changes nothing to all who are up to date. */
  remind(frame: Uint8Array, version: number): void {
    const frames = [frame];
    for (const member of this.members) {
      if (member.version === version) member.offer(frames);
    }
  }

  /** Tells everybody that the class is no more; each leaves by itself. */
  dismiss(): void {
    for (const member of [...this.members]) member.dismiss();
  }

  /** Starts everybody anew: what they were sent until now no longer leads anywhere. */
  restart(of: ConflationClass, time: ClassTime): void {
    const frames = of.catchUp(NOT_ANNOUNCED, time);
    for (const member of this.members) {
      member.version = member.offer(frames) ? of.version : NOT_ANNOUNCED;
    }
  }
}
