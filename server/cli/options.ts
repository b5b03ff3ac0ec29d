import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';

/** Options as commander hands them over. */
export type Options = Readonly<Record<string, unknown>>;

/** The option's text; null = not given. */
export function textOf(options: Options, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' ? value : null;
}

/** The option's text; a usage error without it. */
export function requiredText(options: Options, name: string): string {
  const value = textOf(options, name);
  if (value !== null) return value;
  throw usage(`--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is missing`);
}

/** True when the flag was given. */
export function isSet(options: Options, name: string): boolean {
  return options[name] === true;
}

/** Whether `--x` or `--no-x` was given; null = neither. */
export function flagOf(options: Options, name: string): boolean | null {
  const value = options[name];
  return typeof value === 'boolean' ? value : null;
}

/** True when `--no-x` was given. */
export const isOff = (options: Options, name: string): boolean => options[name] === false;

/** Values of an option that may be given more than once. */
export function textsOf(options: Options, name: string): string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** A whole number within its bounds, or the default. */
export function numberOf(
  options: Options,
  name: string,
  o: { min: number; max: number; default: number },
): number {
  const text = textOf(options, name);
  if (text === null) return o.default;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= o.min && value <= o.max) return value;
  throw usage(`--${name} must be a whole number from ${o.min} to ${o.max}`);
}

/** A wrong word or value. */
export function usage(message: string, hint?: string): CliError {
  return new CliError(EXIT.usage, { code: 'USAGE', message, hint });
}
