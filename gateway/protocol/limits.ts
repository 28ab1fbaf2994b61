/** Every bound between a gateway and its clients, with the arithmetic that relates them. */

import { HEARTBEAT_INTERVAL_MS, KIB, STALE_AFTER_MS } from '../../feed/index.ts';

/** Codec and major version in one name: the same tuples in both. */
export const SUBPROTOCOL_MSGPACK = 'touchline.v1.msgpack';
export const SUBPROTOCOL_JSON = 'touchline.v1.json';

/** Where the WebSocket is found. */
export const FEED_PATH = '/feed';

/** Where sessions over plain HTTP are opened, and the header that says how far one has been read. */
export const SESSION_PATH = '/session';
export const CURSOR_HEADER = 'touchline-cursor';
/** A session over HTTP that nobody reads or speaks to for this long is over. */
export const HTTP_LINGER_MS = 30_000;
/** The longest that a poll may wait; proxies tend to give up after 60 s. */
export const MAX_POLL_WAIT_MS = 30_000;
/** Of one request that carries messages: 16 of the longest. */
export const MAX_POSTED_BYTES = 64 * KIB;

/** One message of a client: the longest is a hello with a token. */
export const MAX_REQUEST_BYTES = 4 * KIB;
/** Arrays and maps inside one another; a request needs two. */
export const MAX_REQUEST_DEPTH = 4;
/** Answers to wrong messages before the connection is closed with BAD_PROTOCOL. */
export const MAX_BAD_REQUESTS = 16;

/** One message of a gateway: 2 x 1000 levels of at most 27 bytes, and an instrument list of 65,536. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * KIB;
/** Of a gateway's messages; the deepest is a list of rows. */
export const MAX_MESSAGE_DEPTH = 4;

/** A connection that has not said hello by then is closed. */
export const HELLO_DEADLINE_MS = 5000;

/** Whoever is sent nothing for this long gets a heartbeat; after three of them a client is STALE. */
export const CLIENT_HEARTBEAT_MS = HEARTBEAT_INTERVAL_MS;
export const CLIENT_STALE_AFTER_MS = STALE_AFTER_MS;

/** A busy book carries its view hash in a diff this often; an idle one in every heartbeat. */
export const VIEW_HASH_INTERVAL_MS = 1000;

/**
 * Bytes sent and not yet acknowledged. It also bounds what one frozen reader can fill of the
 * kernel's buffers, which swallow some 4 MB before a socket admits that it is behind.
 */
export const MAX_UNACKED_BYTES = 64 * KIB;
/** A held client goes on when so few are left: half, so that it does not stutter at the limit. */
export const RESUME_UNACKED_BYTES = MAX_UNACKED_BYTES / 2;
/** Frames of at least 9 bytes each fit the byte limit; the count bounds the bookkeeping. */
export const MAX_UNACKED_FRAMES = 8192;
/** A frame this old without an acknowledgement holds the client too. */
export const HELD_AFTER_MS = 3000;
/** A client held for this long is closed as a slow consumer. */
export const SLOW_CONSUMER_AFTER_MS = 10_000;
/** Answers that wait for a held client; one more closes it as a slow consumer. */
export const MAX_HELD_ANSWERS = 64;

/**
 * A client acknowledges after this many frames, bytes or milliseconds, whichever is first. To read
 * one acknowledgement costs a gateway as much as to write a frame, so a client that is well sends
 * one for ten frames at 10 Hz. An eighth of the bytes and a third of the time that hold a client
 * leave room for a slow line and for a page that is busy.
 */
export const ACK_EVERY_FRAMES = 128;
export const ACK_EVERY_BYTES = MAX_UNACKED_BYTES / 8;
export const ACK_EVERY_MS = 1000;

/** The channel `latency` tells of windows of this length. */
export const LATENCY_WINDOW_MS = 1000;

/** Milliseconds of a candle that are served, as relays keep them: 1 s to 1 d. */
export const CANDLE_LADDER_MS: readonly number[] = [
  1000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000, 86_400_000,
];
export const DEFAULT_CANDLE_MS = 60_000;
export const DEFAULT_CANDLES = 100;
/** A relay is asked this often what has changed in a class's candles. */
export const CANDLES_EVERY_MS = 1000;
/** Statistics are of 24 hours in whole minutes, the present one included. */
export const STATISTICS_SECONDS = 86_400;
export const STATISTICS_CANDLES = STATISTICS_SECONDS / 60;

/** Levels a side that are served; a request gets the first that is enough, or the last. */
export const DEPTH_LADDER: readonly number[] = [1, 5, 10, 25, 50, 100, 500, 1000];
/** Milliseconds between diffs that are served; 0 is every transaction. */
export const INTERVAL_LADDER: readonly number[] = [0, 16, 50, 100, 250, 1000];
/** Ticks a price group that are served: 1 is the book as it is. */
export const GROUPING_LADDER: readonly number[] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000];
export const DEFAULT_DEPTH = 25;
export const DEFAULT_INTERVAL_MS = 100;
export const DEFAULT_GROUPING = 1;

/**
 * Requests of one connection, acknowledgements aside: enough at once for all subscriptions and
 * something for each, and a human's pace from then on. Beyond it they are refused, and whoever
 * does not stop is closed.
 */
export const REQUEST_BURST = 1024;
export const REQUESTS_PER_SECOND = 50;
export const MAX_REFUSED_REQUESTS = 256;
/**
 * Milliseconds that requests of all connections may take in one piece; then all else has as long.
 * What comes meanwhile waits, one request of each connection at a time: so much of one connection is
 * kept, and as many are a burst that would be refused.
 */
export const REQUEST_SLICE_MS = 5;
export const MAX_KEPT_REQUESTS = REQUEST_BURST;
/** All connections of one user together, and how many those may be. */
export const USER_REQUEST_BURST = 4096;
export const USER_REQUESTS_PER_SECOND = 200;
export const MAX_CONNECTIONS_PER_USER = 64;
/** Requests that wait while a token is being checked. */
export const MAX_WAITING_REQUESTS = 64;
/** Handshakes of one address, the bad ones too, and connections that it may have. */
export const HANDSHAKE_BURST = 200;
export const HANDSHAKES_PER_SECOND = 20;
export const MAX_CONNECTIONS_PER_ADDRESS = 256;
/** Addresses that are remembered: some 200 bytes each. */
export const MAX_KNOWN_ADDRESSES = 16_384;

/** Subscriptions of one connection, and classes of one gateway. */
export const MAX_SUBSCRIPTIONS = 256;
export const MAX_CLASSES = 16_384;
/**
 * Levels a side of all classes together. What a class remembers of a level takes some 100 bytes, so
 * whoever asks for the deepest of everything gets 100 MB of it, and no more.
 */
export const MAX_CLASS_LEVELS = 1_000_000;
/** A level of the channel `orders` counts as so many: it has a queue. */
export const ORDERS_LEVEL_WEIGHT = 8;

/**
 * Interval 0 sends each transaction until a class has sent this much within one window (8 MiB/s);
 * what follows is merged into one diff at the window's end, which says so.
 */
export const EVERY_TRANSACTION_BYTES = 128 * KIB;
export const EVERY_TRANSACTION_WINDOW_MS = 16;

/** Diffs that a class remembers for clients that come back from being held. */
export const MAX_CLASS_HISTORY = 256;
/** A net diff with this share of the view or more is sent as a snapshot. */
export const SNAPSHOT_SHARE = 0.9;
/**
 * Prices of one side of one instrument whose newest change is remembered for clients that come
 * back: some 50 bytes each, so 0.2 MB for an instrument whose prices walk far.
 */
export const MAX_TOUCHED_PRICES = 2048;
/** Records of the feed that a gateway asks a relay for when it starts: 3 MB, read in some 20 ms. */
export const PAST_RECORDS = 100_000;
/** Trades of one instrument that are kept for those who are behind. */
export const MAX_TRADE_HISTORY = 1024;

/** Books of the past that one connection may have open, and one gateway: some 2 MB each, as below. */
export const MAX_HISTORIES_PER_CONNECTION = 4;
export const MAX_HISTORIES = 32;
/** Places that are looked up for one of them; of those that come faster only the last one counts. */
export const HISTORY_SEEK_BURST = 10;
export const HISTORY_SEEKS_PER_SECOND = 10;
/**
 * Records of the engine's stream that a relay is asked for at once. One window is played while the
 * next one waits, so a book of the past keeps two, at some 240 bytes a record: 2 MB.
 */
export const HISTORY_WINDOW_RECORDS = 4096;
/**
 * Windows a second of all books of the past together, each in its turn: 80,000 records, faster is
 * played as fast as they come. A record read and played takes some 2 us in the thread that serves
 * the live books, so the past has a sixth of it, however many play: 32 at full speed asked for four
 * processors.
 */
export const HISTORY_WINDOW_BURST = 8;
export const HISTORY_WINDOWS_PER_SECOND = 20;
/** Tenths of the speed at which it happened. */
export const HISTORY_SPEED_LADDER: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** Milliseconds between diffs that are served: a step is always told at once. */
export const HISTORY_INTERVAL_LADDER: readonly number[] = [16, 50, 100, 250, 1000];
/** Levels a side: nobody looks at a thousand of them passing by. */
export const MAX_HISTORY_DEPTH = 500;
/** Transactions that one request may step forward. */
export const MAX_HISTORY_STEPS = 100;
/** What the archive holds is asked again, when somebody looks for a place, after this. */
export const HISTORY_RANGE_EVERY_MS = 2000;

/** The first of the ladder that is enough, or the last. */
export function serve(ladder: readonly number[], asked: number): number {
  return ladder.find((rung) => rung >= asked) ?? ladder[ladder.length - 1] ?? asked;
}
