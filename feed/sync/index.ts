/** The parts of a consumer by themselves: for simulations that plant faults in them. */

export { GapDetector, PacketVerdict } from './gap-detector.ts';
export { JoinBuffer } from './join-buffer.ts';
export { RepairRequester } from './repair-requester.ts';
export { StreamFollower } from './stream-follower.ts';
