import { AppError } from '#server/errors/app-error.ts';

/** A word of a command and where it stands in the text, its quotes included. */
export interface ShellWord {
  text: string;
  from: number;
  to: number;
}

/**
 * Splits a command as Compose does (Python's shlex, POSIX): quotes, backslashes, no comments. Throws
 * INVALID_INPUT where a quote stays open.
 */
export function shellWords(source: string): ShellWord[] {
  const words: ShellWord[] = [];
  let at = 0;
  while (at < source.length) {
    if (/\s/.test(source[at] ?? '')) at += 1;
    else {
      const word = readWord(source, at);
      words.push(word);
      at = word.to;
    }
  }
  return words;
}

function readWord(source: string, from: number): ShellWord {
  let text = '';
  let at = from;
  while (at < source.length && !/\s/.test(source[at] ?? '')) {
    const mark = source[at] ?? '';
    if (mark === '"' || mark === "'") {
      const quoted = readQuoted(source, at, mark);
      text += quoted.text;
      at = quoted.to;
    } else {
      const escaped = mark === '\\';
      text += escaped ? (source[at + 1] ?? '') : mark;
      at += escaped ? 2 : 1;
    }
  }
  return { text, from, to: at };
}

function readQuoted(source: string, from: number, mark: string): { text: string; to: number } {
  let text = '';
  for (let at = from + 1; at < source.length; at += 1) {
    const one = source[at] ?? '';
    if (one === mark) return { text, to: at + 1 };
    const next = source[at + 1] ?? '';
    const escapes = mark === '"' && one === '\\' && (next === '"' || next === '\\');
    text += escapes ? next : one;
    if (escapes) at += 1;
  }
  throw new AppError('INVALID_INPUT', { message: 'a quote in the command is not closed' });
}
