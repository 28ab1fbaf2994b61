/** The feed's sockets: what needs Node and zeromq. Everything else is in index.ts. */

export * from './relay/relay.ts';
export * from './relay/repair-server.ts';
export * from './zmq/feed-subscriber.ts';
export * from './zmq/history-client.ts';
export { HistoryError, type HistoryErrorCode } from './zmq/history-exchange.ts';
export * from './zmq/instrument-subscriber.ts';
export type { AskPort, FeedPlatform, FollowPort, PublishPort, ServePort } from './zmq/platform.ts';
export * from './zmq/publisher.ts';
export * from './zmq/security/index.ts';
