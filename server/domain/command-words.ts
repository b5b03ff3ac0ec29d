import { invalidField } from './invalid-field.ts';

/** Characters that only a shell understands: without one they would surprise. */
const FOR_A_SHELL = /[|&;<>()$`*?[\]{}~#\n]/;

/**
 * The words of a command line without a shell: blanks separate, quotes and backslashes protect.
 * Throws INVALID_INPUT, naming `field`, for what only a shell could do.
 */
export function commandWords(line: string, field: string): [string, ...string[]] {
  const words: string[] = [];
  let rest = line.trimStart();
  while (rest !== '') {
    const [word, length] = firstWord(rest, field);
    words.push(word);
    rest = rest.slice(length).trimStart();
  }
  const [program, ...others] = words;
  if (program === undefined || program === '') throw invalidField(field, 'it is empty', 'Enter the command.');
  if (program.startsWith('-') || program.includes('='))
    throw invalidField(
      field,
      `${JSON.stringify(program)} is not a program`,
      'Begin with the path of the program; variables can be set by a script.',
    );
  return [program, ...others];
}

/** The word that the text begins with, and how many characters it takes. */
function firstWord(text: string, field: string): [word: string, length: number] {
  let word = '';
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (/\s/.test(char) && char !== '\n') break;
    const [part, length] = partOf(text, at, char, field);
    word += part;
    at += length;
  }
  return [word, at];
}

function partOf(text: string, at: number, char: string, field: string): [part: string, length: number] {
  if (char === "'" || char === '"') {
    const quoted = quotedPart(text.slice(at + 1), char);
    if (quoted === null) throw invalidField(field, 'a quote is not closed', `Close it with ${char}.`);
    return [quoted.text, quoted.length + 1];
  }
  if (char === '\\') {
    const next = text[at + 1];
    if (next === undefined)
      throw invalidField(field, 'it ends with a backslash', 'Remove the backslash, or write \\\\.');
    return [next, 2];
  }
  if (FOR_A_SHELL.test(char))
    throw invalidField(
      field,
      `${char === '\n' ? 'a line break' : char} has a meaning only for a shell`,
      'Put it in single quotes, or choose "script", which /bin/sh runs.',
    );
  return [char, 1];
}

/** Up to the closing quote, and the characters taken with it; null = it is not closed. */
function quotedPart(text: string, quote: string): { text: string; length: number } | null {
  let out = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === quote) return { text: out, length: at + 1 };
    const next = text[at + 1] ?? '';
    if (quote === '"' && char === '\\' && (next === '"' || next === '\\')) {
      out += next;
      at += 1;
    } else out += char;
  }
  return null;
}
