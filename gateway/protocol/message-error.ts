/** The one error that bytes from the other end may cause. */

export class MessageError extends Error {
  readonly code = 'BAD_MESSAGE';
  constructor(detail: string) {
    super(`BAD_MESSAGE: ${detail}`);
    this.name = 'MessageError';
  }
}
