import { readFile } from 'node:fs/promises';
import { textOf, usage, type Options } from './options.ts';

/**
 * The secret in the file that an option names; null = none was named. It is read from a file because every
 * user of the machine would see it on the command line.
 */
export async function secretOf(options: Options, name: string): Promise<string | null> {
  const file = textOf(options, name);
  if (file === null) return null;
  const text = await readFile(file, 'utf8').catch(() => {
    throw usage(`${file} cannot be read`);
  });
  const secret = text.replace(/\r?\n$/, '');
  if (secret.trim() === '') throw usage(`${file} is empty`);
  return secret;
}
