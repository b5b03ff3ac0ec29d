import type { ExitCode } from './exit-codes.ts';

/** Why a command ends without success, with its exit status. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** Facts for `--json` beside the error. */
  readonly facts: Record<string, unknown>;

  constructor(
    exitCode: ExitCode,
    o: {
      code: string;
      message: string;
      detail?: string | undefined;
      hint?: string | undefined;
      facts?: Record<string, unknown>;
    },
  ) {
    super(o.message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.code = o.code;
    this.detail = o.detail;
    this.hint = o.hint;
    this.facts = o.facts ?? {};
  }
}
