/** The error for what the user can put right: a wrong option, a wrong file, a port in use. */

/** Printed as "CODE: message" without a stack; the process then ends with exit code 2. */
export class UserError extends Error {
  /** Stable, UPPER_SNAKE. */
  readonly code: string;

  /** `message`: what is wrong, where, and what to do, in whole sentences. */
  constructor(code: string, message: string) {
    super(message);
    this.name = 'UserError';
    this.code = code;
  }
}
