import { ERROR_CATALOG, type ErrorCategory, type ErrorCode } from './catalog.ts';

/** The plain-data form of an error, stored with operations and sent to the browser. */
export interface Problem {
  code: ErrorCode;
  /** One factual line, lower case, no period; names the node. */
  message: string;
  /** Numbers and raw facts. */
  detail?: string;
  /** A sentence that the operator can act on. */
  hint?: string;
  /** Values for translated texts; never a secret. */
  data?: Record<string, string | number | boolean | null>;
}

const BRAND = Symbol.for('tandem.AppError');

/**
 * The one error class. Everything that can go wrong has a code in the catalogue. Bundlers give parts
 * of one process copies of this class, so `instanceof` asks for a mark that all copies share.
 */
export class AppError extends Error {
  readonly [BRAND] = true;

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass inherits this function, but not every error is one of the subclass.
    if (this !== AppError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly data: Record<string, string | number | boolean | null>;

  constructor(code: ErrorCode, o: Omit<Problem, 'code'> & { cause?: unknown }) {
    super(o.message, o.cause === undefined ? undefined : { cause: o.cause });
    this.name = 'AppError';
    this.code = code;
    this.detail = o.detail;
    this.hint = o.hint;
    this.data = o.data ?? {};
  }

  get category(): ErrorCategory {
    return ERROR_CATALOG[this.code].category;
  }

  /** The plain-data form. */
  toProblem(): Problem {
    return {
      code: this.code,
      message: this.message,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      data: this.data,
    };
  }
}

/** Any thrown value as an AppError; what nobody foresaw becomes ASSERTION with its cause kept. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('ASSERTION', { message: `unexpected error: ${message}`, cause: thrown });
}
