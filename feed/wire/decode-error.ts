/** The one error that bytes from outside may cause in a decoder of the feed. */

/** Stable codes, each with what is wrong in one sentence. */
export const DECODE_ERROR_TEXT = {
  TRUNCATED: 'The bytes end before the message does.',
  TOO_LONG: 'The message is longer than its limit.',
  BAD_LENGTH: 'A length in the message does not fit the message.',
  BAD_CHECKSUM: 'The CRC-32 of the message does not match its bytes.',
  BAD_TOPIC: 'The topic is not one of this feed’s.',
  WRONG_LEVEL: 'Price levels (L2) came where orders (L3) are wanted, or the other way round.',
  BAD_HEADER: 'The header is shorter than this version needs.',
  BAD_COUNT: 'The number of records differs from what the header says.',
  BAD_VALUE: 'A field holds a value outside its range.',
  BAD_TEXT: 'A text field is not valid UTF-8 or not a decimal.',
  UNKNOWN_TYPE: 'The message type is unknown where it must be known.',
} as const;
export type DecodeErrorCode = keyof typeof DECODE_ERROR_TEXT;

export class DecodeError extends Error {
  readonly code: DecodeErrorCode;
  /** Byte offset in the message where the trouble was seen. */
  readonly offset: number;

  constructor(code: DecodeErrorCode, offset: number, detail: string) {
    super(`${code} at byte ${offset}: ${DECODE_ERROR_TEXT[code]} ${detail}`);
    this.name = 'DecodeError';
    this.code = code;
    this.offset = offset;
  }
}
