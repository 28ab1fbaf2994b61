/** A live book in a browser in ten lines; see README.md. */

import type { ConnectOptions, TouchlineClient } from './api.ts';
import { Client } from './client.ts';
import { realPlatform } from './platform.ts';

export { FeedState, Side, type StateReason } from '../../feed/index.ts';
export type * from './api.ts';
export { copyLevels } from './levels.ts';

/**
 * Connects to a gateway, such as `ws://127.0.0.1:7180/feed`, and stays connected until `close`.
 * Never throws for anything the network does: `client.link` and each book's `state` tell.
 */
export function connect(url: string, options: ConnectOptions = {}): TouchlineClient {
  return new Client(url, options, realPlatform(options.WebSocket));
}
