/** What may go wrong at a mock gateway, each as it looks from a client's side. */

import type { CloseName, ErrorName } from '../../../gateway/protocol/index.ts';

export type Fault =
  /** Every connection ends without a word; a new one may be made. */
  | { readonly fault: 'cut' }
  /** As if nothing were there: connections end, and none comes about until `up`. */
  | { readonly fault: 'down' }
  | { readonly fault: 'up' }
  /** The network is cut without a word: both ends stay open and hear nothing until `flow`. */
  | { readonly fault: 'stall' }
  | { readonly fault: 'flow' }
  /** The next diffs of books do not arrive; the client has to notice. */
  | { readonly fault: 'lose-diffs'; readonly count: number }
  /** The next diff of a book says a wrong quantity; only the view hash shows it. */
  | { readonly fault: 'forge-diff' }
  /** Closed by the gateway, with a code of the protocol. */
  | { readonly fault: 'close'; readonly name: CloseName }
  /** The gateway goes away: it says so, and serves on until its clients have moved. */
  | { readonly fault: 'restart'; readonly afterMs: number }
  /** The token ends. */
  | { readonly fault: 'expire' }
  /** Subscriptions of this symbol are refused from now on; without a name they are taken again. */
  | { readonly fault: 'refuse'; readonly symbol: string; readonly name?: ErrorName }
  /** The market begins anew: sequences count from 0, and nothing can be resumed. */
  | { readonly fault: 'new-epoch' };

export type FaultAt = Fault & { readonly atMs: number };
