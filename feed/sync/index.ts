/** The parts of a consumer by themselves: for simulations that plant faults in them. */

export { ConsumerPhase } from './feed-states.ts';
export { GapDetector, PacketVerdict } from './gap-detector.ts';
export { JoinBuffer } from './join-buffer.ts';
export { LineArbiter, LineVerdict } from './line-arbiter.ts';
export { RepairRequester, type RepairWant } from './repair-requester.ts';
export { StreamFollower } from './stream-follower.ts';
