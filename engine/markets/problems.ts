/** What can be wrong in a market file, and how all of it is told at once. */

import type { z } from 'zod';
import { DecimalError } from '../../feed/decimal.ts';
import { UserError } from '../../feed/process/index.ts';

/** One wrong thing in a market file. */
export interface MarketFileProblem {
  /** Stable: one of `MARKET_PROBLEM_TEXT` or a `DecimalErrorCode`. */
  readonly code: string;
  /** Such as `instruments[3].tickSize`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** The stable codes of this file, each with its meaning. */
export const MARKET_PROBLEM_TEXT = {
  MARKET_FILE_UNREADABLE: 'The file cannot be opened or read.',
  NOT_JSON: 'The file is not JSON.',
  MISSING: 'A field that is needed is not there.',
  WRONG_TYPE: 'A field holds another kind of value than it should.',
  UNKNOWN_FIELD: 'A field has a name that means nothing here.',
  BAD_SYMBOL: 'A symbol has white space, control characters or too many bytes, or is empty.',
  DUPLICATE_SYMBOL: 'Two instruments have the same symbol.',
  TOO_MANY_INSTRUMENTS: 'The market holds more instruments than allowed.',
  TOO_LONG: 'A decimal has more characters than the feed can carry.',
  EMPTY_BAND: 'The lowest price is above the highest.',
  OUTSIDE_BAND: 'The reference price is outside the price band.',
  BAD_TIME: 'A time of day is not one.',
  BAD_DATE: 'A day is not one of the calendar.',
  TOO_MANY_ENTRIES: 'A calendar holds more changes than allowed.',
} as const;

/** Every wrong thing of one file; `code` is that of the first. */
export class MarketFileError extends UserError {
  readonly problems: readonly MarketFileProblem[];

  constructor(file: string, problems: readonly MarketFileProblem[]) {
    const lines = problems.map(
      ({ code, path, message }) => `\n  ${path || '(file)'}: ${code}: ${message}`,
    );
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      problems[0]?.code ?? 'WRONG_TYPE',
      `${count} in the market file ${file}:${lines.join('')}`,
    );
    this.name = 'MarketFileError';
    this.problems = problems;
  }
}

/** Gathers the problems of one file. */
export class ProblemReport {
  readonly problems: MarketFileProblem[] = [];

  add(code: keyof typeof MARKET_PROBLEM_TEXT, path: string, message: string): void {
    this.problems.push({ code, path, message });
  }

  addIssues(error: z.ZodError, parent: readonly PropertyKey[]): void {
    for (const issue of error.issues) {
      const path = [...parent, ...issue.path];
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) {
          const message = 'There is no such field; correct its name or remove it.';
          this.add('UNKNOWN_FIELD', jsonPath([...path, key]), message);
        }
      } else {
        this.#addFieldIssue(issue, jsonPath(path));
      }
    }
  }

  /** The value of `read`, or `undefined` after noting why there is none. */
  decimal(path: string, read: () => number): number | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DecimalError)) throw error;
      this.problems.push({ code: error.code, path, message: sentence(error) });
      return undefined;
    }
  }

  #addFieldIssue(issue: z.core.$ZodIssue, path: string): void {
    if (issue.code === 'custom') {
      this.problems.push({ code: String(issue.params?.['code']), path, message: issue.message });
    } else if (issue.code === 'invalid_type' && issue.input === undefined) {
      this.add('MISSING', path, 'This field is needed.');
    } else if (issue.code === 'invalid_type' && issue.expected === 'string') {
      const message = 'Write a string in quotes; decimals too ("0.01"), so that no digit is lost.';
      this.add('WRONG_TYPE', path, message);
    } else {
      this.add('WRONG_TYPE', path, `${issue.message}.`);
    }
  }
}

/** For a refinement of one field: refuses its value with a code of ours. */
export function refuse(context: z.core.$RefinementCtx, code: string, message: string): void {
  context.addIssue({ code: 'custom', message, params: { code } });
}

/** The error's own text opens with its code, which is told apart here. */
export function sentence(error: DecimalError): string {
  return `${error.message.slice(error.code.length + 2)}.`;
}

function jsonPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      return index === 0 ? String(part) : `.${String(part)}`;
    })
    .join('');
}
