/** The one error that a saved state's bytes may cause. */

/** Stable codes, each with what is wrong in one sentence. */
export const STATE_ERROR_TEXT = {
  STATE_TRUNCATED: 'The bytes end before the state does.',
  STATE_BAD_VALUE: 'A value is outside its range.',
  STATE_OTHER_PART: 'Another part of the engine was to come.',
  STATE_LEFT_OVER: 'There are more bytes than the part reads.',
} as const;
export type StateErrorCode = keyof typeof STATE_ERROR_TEXT;

/** The one error that bytes may cause in `StateReader` and in any `loadState`. */
export class StateError extends Error {
  readonly code: StateErrorCode;
  /** Byte offset in the state where the trouble was seen. */
  readonly offset: number;

  constructor(code: StateErrorCode, offset: number, detail: string) {
    super(`${code} at byte ${offset}: ${STATE_ERROR_TEXT[code]} ${detail}`);
    this.name = 'StateError';
    this.code = code;
    this.offset = offset;
  }
}
