/** A sentence for people for each reason of a state; apart, so that only who shows them loads them. */

export { STATE_REASON_TEXT } from '../../feed/index.ts';
