import { readAutoConf, withAutoConf } from '#server/domain/auto-conf.ts';

/**
 * postgresql.auto.conf as bytes: it may hold comments and values in any encoding, which must survive.
 * Latin-1 maps every byte to one character and back; the settings that we write are UTF-8.
 */
const textOf = (bytes: Buffer): string => bytes.toString('latin1');
const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
const asLatin1 = (settings: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...settings].map(([name, value]) => [name, textOf(Buffer.from(value))]));

/** Settings of the file by lower-case name. */
export function readAutoConfBytes(bytes: Buffer): Map<string, string> {
  return new Map([...readAutoConf(textOf(bytes))].map(([name, value]) => [name, bytesOf(value).toString()]));
}

/** The file with these settings instead of any earlier ones of the same names; every other byte stays. */
export function withAutoConfBytes(bytes: Buffer, settings: ReadonlyMap<string, string>): Buffer {
  return bytesOf(withAutoConf(textOf(bytes), asLatin1(settings)));
}

/**
 * The file after undoing what we set: the remembered bytes when nobody else changed anything. Otherwise
 * the present file, in which each setting that still has our value gets its remembered line, or none.
 * Undoing twice changes nothing more.
 */
export function restoreAutoConf(
  present: Buffer,
  remembered: Buffer,
  ours: ReadonlyMap<string, string>,
): Buffer {
  const [now, before] = [readAutoConfBytes(present), readAutoConfBytes(remembered)];
  const expected = new Map([...before, ...ours]);
  const untouched = [...new Set([...now.keys(), ...expected.keys()])].every(
    (name) => now.get(name) === expected.get(name) || (ours.has(name) && now.get(name) === before.get(name)),
  );
  if (untouched) return remembered;
  const still = [...ours].filter(([name, value]) => now.get(name) === value && before.get(name) !== value);
  if (still.length === 0) return present;
  return withoutSettings(present, new Set(still.map(([name]) => name)), before);
}

/** Takes these names' lines out and, where there was one, puts the remembered value in. */
function withoutSettings(
  present: Buffer,
  names: ReadonlySet<string>,
  before: ReadonlyMap<string, string>,
): Buffer {
  const kept = textOf(present)
    .split('\n')
    .filter((line) => ![...readAutoConf(line).keys()].some((name) => names.has(name)))
    .join('\n');
  const old = [...before].filter(([name]) => names.has(name));
  return old.length === 0 ? bytesOf(kept) : withAutoConfBytes(bytesOf(kept), new Map(old));
}
