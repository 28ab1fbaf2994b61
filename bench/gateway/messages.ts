/** What the processes of the gateway benchmark are told, and tell. */

export type ServerKind = 'gateway' | 'tcp' | 'ws' | 'socket.io' | 'socket.io-msgpack';

/** What a load generator does: connects, says when it has, and counts when it is told. */
export interface LoadPlan {
  readonly kind: ServerKind;
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** Of the gateway: connection `i` reads the books `i`, `i + 1`, ... of these, as many as `books`. */
  readonly symbols: readonly string[];
  readonly books: number;
  readonly depth: number;
  readonly interval: number;
  /** Holds whole books, compares the view hash, and comes back by itself. */
  readonly holdsBooks?: boolean;
}

export type ToLoad =
  | { readonly type: 'measure'; readonly ms: number }
  /** Connections from now on read nothing and acknowledge nothing. */
  | { readonly type: 'freeze' }
  /** What was counted since the last answer to this. */
  | { readonly type: 'state' };

export type FromLoad =
  | { readonly type: 'connected' }
  | ({ readonly type: 'measured' } & LoadOutcome)
  | ({ readonly type: 'state' } & BooksState);

export interface LoadOutcome {
  readonly seconds: number;
  /** Messages that carry data, of any kind of server. */
  readonly frames: number;
  /** Levels in diffs of the gateway. */
  readonly updates: number;
  readonly bytes: number;
  /** Diffs that did not lead on from the one before: must be 0. */
  readonly torn: number;
  readonly connections: number;
  /** From the newest delta in a frame to when it was read; NaN where nothing tells. */
  readonly ageMsP50: number;
  readonly ageMsP99: number;
  /** The part of it since the gateway made the frame: no market that is quiet is in it. */
  readonly deliveryMsP50: number;
  readonly deliveryMsP99: number;
  /** The load generator's own share of a core: near 1 it measures itself. */
  readonly ownShare: number;
}

/** Of connections that hold books. */
export interface BooksState {
  readonly connected: number;
  /** Live, and equal to the gateway's by the newest view hash, since the last connecting. */
  readonly proved: number;
  readonly snapshots: number;
  readonly diffs: number;
  readonly mismatches: number;
  readonly opened: number;
  /** The longest that any connection has been without a live book, and the most opened in 100 ms. */
  readonly darkMsMost: number;
  readonly openedPer100MsMost: number;
}

/** What a peer sends to each connection, ten times a second. */
export interface PeerPlan {
  readonly kind: Exclude<ServerKind, 'gateway'>;
  /** Followed as the gateway does, so that only what is sent differs. */
  readonly feed: string;
  readonly repair: string;
  readonly interval: number;
  readonly phases: number;
  readonly books: number;
  /** By book: the gateway's own diffs, decoded; each is sent in turn. */
  readonly diffs: readonly (readonly (readonly unknown[])[])[];
}

export type FromPeer = { readonly type: 'listening'; readonly port: number };
