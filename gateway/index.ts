/** The gateway in process, without its sockets: for simulations. */

export type { TimerPort } from './conflation/scheduler.ts';
export { Gateway, type GatewayOptions } from './gateway.ts';
export type { SessionPort, TransportLink } from './transports/transport.ts';
