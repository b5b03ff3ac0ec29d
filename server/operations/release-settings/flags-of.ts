import { commandFlags, standsInTheWay, whyFlagStays } from '#server/domain/command-flags.ts';
import { looksSecret } from '#server/domain/looks-secret.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { SettingRow } from '#server/ports/postgres-admin.ts';
import type { CommandLineChoice } from './input.ts';

/** All that the command gives, each once: the last one of a name counts. */
export function flagsOf(
  command: readonly string[],
  rows: readonly SettingRow[],
  names: readonly string[] | null,
): CommandLineChoice[] {
  const given = new Map(commandFlags(command).map((flag) => [flag.name, flag.value]));
  const all = [...new Set([...given.keys(), ...rows.map((row) => row.name)])].sort();
  const unknown = (names ?? []).find((name) => !all.includes(name));
  if (unknown !== undefined) throw notThere(unknown, all);
  return all.map((name) => {
    const row = rows.find((each) => each.name === name);
    const stays = staysBecause(name, given.get(name), row);
    const value = given.get(name) ?? '';
    const wanted = names === null ? standsInTheWay(name) && stays === null : names.includes(name);
    if (names !== null && wanted && stays !== null) throw mustStay(name, stays);
    const isShown = stays === null || !looksSecret(`${name}=${value}`);
    return {
      name,
      value: isShown ? value : '',
      setting: isShown ? (row?.setting ?? '') : '',
      chosen: wanted,
      stays,
    };
  });
}

function staysBecause(name: string, value: string | undefined, row: SettingRow | undefined): Text | null {
  if (value === undefined)
    return text(
      'given by a short option of its own: take it off by hand',
      'mit einer eigenen Kurzoption gegeben: Nehmen Sie es von Hand heraus',
    );
  if (row === undefined) return text('not what is in force', 'nicht das, was gilt');
  if (looksSecret(`${name}=${value}`))
    return text(
      'holds what looks like a password: anybody on the server can read it there. Set it by hand, in a file',
      'enthält, was wie ein Passwort aussieht: Jeder auf dem Server kann es dort lesen. Setzen Sie es von Hand, in einer Datei',
    );
  if (/[\r\n]/.test(value)) return text('goes over several lines', 'geht über mehrere Zeilen');
  switch (whyFlagStays(name)) {
    case 'structural':
      return text(
        'says where the server is and finds its files',
        'sagt, wo der Server ist und seine Dateien findet',
      );
    case 'list':
      return text(
        'a list of names, which ALTER SYSTEM would make one name',
        'eine Liste von Namen, aus der ALTER SYSTEM einen machte',
      );
    case null:
      return null;
  }
}

function notThere(name: string, all: readonly string[]): AppError {
  return new AppError('INVALID_INPUT', {
    message: `names: the command line does not give ${name}`,
    hint: `It gives ${all.join(', ') || 'none'}.`,
    data: { field: 'names' },
  });
}

function mustStay(name: string, why: Text): AppError {
  return new AppError('INVALID_INPUT', {
    message: `names: ${name} stays on the command line: ${why.en}`,
    hint: 'Leave it out.',
    data: { field: 'names' },
  });
}
