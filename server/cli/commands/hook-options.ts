import type { HttpHeader } from '#server/domain/change-hook.ts';
import type { HookView } from '#server/services/services.ts';
import type { Cli } from '../cli.ts';
import { usage, type Options } from '../options.ts';
import { secretOf } from '../secret-of.ts';

/** The pair's hook with this name or id; a usage error that names all of them. */
export async function findHook(cli: Cli, pairId: string, name: string): Promise<HookView> {
  const all = await cli.api.hook.list.query({ pairId });
  const found = all.find((hook) => hook.name === name) ?? all.find((hook) => hook.id === name);
  if (found !== undefined) return found;
  const names = all.map((hook) => hook.name).join(', ');
  throw usage(`there is no hook ${name}`, names === '' ? 'The pair has no hooks.' : `There are: ${names}.`);
}

/** One of the known words; a usage error otherwise. */
export function oneOf<T extends string>(given: string, known: readonly T[], name: string): T {
  const found = known.find((each) => each === given);
  if (found !== undefined) return found;
  throw usage(`--${name} must be one of ${known.join(', ')}`);
}

/** `Name: value`. */
export function headerOf(text: string): HttpHeader {
  const at = text.indexOf(':');
  if (at < 1) throw usage(`--header must be "Name: value", not ${JSON.stringify(text)}`);
  return { name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}

/** The bearer token in the file that was named; null = none was named. */
export async function tokenOf(options: Options): Promise<{ kind: 'new'; token: string } | null> {
  const text = await secretOf(options, 'tokenFile');
  return text === null ? null : { kind: 'new', token: text.trim() };
}
