/** Every bound of order entry, in one place, with the arithmetic that relates them. */

import { KIB, MIB } from '../../feed/index.ts';

/** Spoken by both ends; a log-on with another one is refused. */
export const ORDER_ENTRY_VERSION = 1;

/** Levels in one book update: both sides of the deepest venue snapshot (5,000 each), and more. */
export const MAX_BOOK_UPDATE_LEVELS = 16_384;

/** The longest message: a book update of 32 + 16,384 * 24 = 393,248 bytes, rounded up. */
export const MAX_MESSAGE_BYTES = 512 * KIB;

/** One frame holds one or more whole messages; a socket drops the peer that sends a longer frame. */
export const MAX_ENTRY_FRAME_BYTES = MAX_MESSAGE_BYTES;

/** A frame is closed when its messages have grown to this (about 700 orders). */
export const TARGET_ENTRY_FRAME_BYTES = 32 * KIB;

/**
 * An iceberg shows itself at most so many times: an order that meets it makes so many trades, and
 * small parts of huge orders would hold up the market.
 */
export const MAX_ICEBERG_PARTS = 1024;

/** A client's name: printable ASCII without spaces. */
export const MAX_CLIENT_NAME_BYTES = 32;

/** Commands that a client may have unanswered before `whenDrained` makes it wait. */
export const COMMAND_WINDOW = 4096;

/** Beyond this `send` throws: the caller never waited. Sixteen windows. */
export const MAX_UNANSWERED_COMMANDS = 16 * COMMAND_WINDOW;

/** Both ends say at least this often that they are there, unless the client chooses otherwise. */
export const ENTRY_HEARTBEAT_INTERVAL_MS = 1000;

/** What a client may choose: it is held for gone after 2 s at the soonest, 10 min at the latest. */
export const MIN_ENTRY_HEARTBEAT_MS = 200;
export const MAX_ENTRY_HEARTBEAT_MS = 60_000;

/** So many heartbeats missed end a session: long enough for a client that collects garbage. */
export const MISSED_HEARTBEATS_UNTIL_LOST = 10;

/** With the interval that holds unless the client chooses another. */
export const ENTRY_TIMEOUT_MS = MISSED_HEARTBEATS_UNTIL_LOST * ENTRY_HEARTBEAT_INTERVAL_MS;

/** How often a client that is not logged on asks again. */
export const LOGON_RETRY_MS = 250;

/** Sessions of one engine at once. */
export const MAX_SESSIONS = 4096;

/** Clients that one engine remembers at once: it forgets those without state when it needs room. */
export const MAX_CLIENTS = 65_536;

/** Owner numbers are never given twice, so that no client meets the order ids of another. */
export const MAX_OWNERS = 2 ** 22;

/** What proves that a client is the one that it was. */
export const SESSION_TOKEN_BYTES = 16;

/** What proves, where there are keys, that a name is the client's: an HMAC-SHA-256. */
export const KEY_PROOF_BYTES = 32;

/** What one client may ask for in a second: as much as the fastest source sends, so that none starves the rest. */
export const COMMANDS_PER_SECOND = 2 ** 20;

/** Commands that a client may send at once after a pause: two of the largest backlogs. */
export const COMMAND_BURST = 2 ** 17;

/** Levels of a book update that count as one command more. */
export const LEVELS_PER_COMMAND = 64;

/** Orders that one mass cancel ends: as a transaction, and as 3.5 MiB of reports, well within bounds. */
export const MAX_MASS_CANCEL = 2 ** 16;

/** What a mass cancel counts for: it may look at every order of the market. */
export const MASS_CANCEL_COST = 4096;

/** Orders on one page of an owner's: 24 KiB, less than a frame. */
export const OPEN_ORDERS_PER_PAGE = 512;

/** Orders of the market that are looked at for one page: about 0.1 ms. */
export const OPEN_ORDERS_SCAN = 2 ** 16;

/** What one page counts for. */
export const OPEN_ORDERS_COST = 256;

/** So long a client whose session was lost keeps its name, also when it has no open order. */
export const RESUME_WINDOW_MS = 10 * 60_000;

/**
 * Newest reports kept per client for its next session: a window of commands that were all accepted
 * and filled once is 4,096 * (48 + 80) = 512 KiB, twice.
 */
export const REPORT_LOG_BYTES = MIB;

/** All clients' together: beyond it a log no longer grows and forgets its own oldest reports. */
export const MAX_REPORT_LOGS_BYTES = 256 * MIB;

/** Reports waiting for one slow client; a client further behind loses its session. */
export const MAX_QUEUED_REPORT_BYTES = 16 * MIB;

/** Entries of one calendar: an auction every ten minutes, day and night, takes 288. */
export const MAX_CALENDAR_ENTRIES = 1024;

/** Days on which one calendar rests: almost three years of them. */
export const MAX_HOLIDAYS = 1024;

/** The last day since 1970 that a `Date` knows. */
export const MAX_DAY = 100_000_000;

export const DAY_MS = 24 * 60 * 60_000;

/** All seven bits of a weekday mask. */
export const EVERY_WEEKDAY = 127;
