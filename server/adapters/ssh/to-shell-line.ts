import { AppError } from '#server/errors/app-error.ts';
import { shellWord } from '#server/domain/shell-word.ts';
import { Secret } from '#server/domain/secret.ts';
import type { Command } from '#server/ports/host-transport.ts';

/** The only place where text is quoted for a shell. Everything else hands over arrays. */

const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PROGRAM_NAME = /^[^-=\s][^=\n]*$/;

/** One word for /bin/sh; throws INVALID_INPUT on a NUL byte, which no argument can carry. */
export function quoteWord(word: string): string {
  if (word.includes('\0')) {
    throw new AppError('INVALID_INPUT', {
      message: 'a value for a host holds a NUL byte',
      hint: 'Remove the NUL byte; no command, file name or setting can carry one.',
    });
  }
  return shellWord(word);
}

/**
 * The command as a line for /bin/sh, in a subshell so that nothing in it can change the kept shell.
 * Secrets are refused: arguments and environments can be read in /proc; standard input cannot.
 */
export function toShellLine(command: Pick<Command, 'argv' | 'env' | 'cwd'>): string {
  const words = command.argv.map((word) => requireText(word, 'an argument'));
  const program = words[0] ?? '';
  if (!PROGRAM_NAME.test(program)) {
    throw new AppError('INVALID_INPUT', {
      message: `not a program name: ${JSON.stringify(program.slice(0, 40))}`,
    });
  }
  const environment = Object.entries(command.env ?? {}).map(([name, value]) => {
    if (!ENVIRONMENT_NAME.test(name)) {
      throw new AppError('INVALID_INPUT', {
        message: `not an environment variable name: ${JSON.stringify(name.slice(0, 40))}`,
      });
    }
    return `${name}=${quoteWord(requireText(value, `environment variable ${name}`))}`;
  });
  const simple = [...environment, ...words.map(quoteWord)].join(' ');
  const inDirectory =
    command.cwd === undefined ? simple : `cd -- ${quoteWord(requireDirectory(command.cwd))} && ${simple}`;
  return `( ${inDirectory} )`;
}

/** `cd -` and CDPATH make anything but an absolute path surprising. */
function requireDirectory(directory: string): string {
  if (directory.startsWith('/')) return directory;
  throw new AppError('INVALID_INPUT', {
    message: `not an absolute directory: ${JSON.stringify(directory.slice(0, 80))}`,
  });
}

function requireText(value: string | Secret, where: string): string {
  if (value instanceof Secret) {
    throw new AppError('ASSERTION', {
      message: `a secret was given as ${where}; it may only be sent to standard input`,
    });
  }
  return value;
}

/** The command for messages and logs: arguments in full, secrets as dots, at most 300 characters. */
export function describeCommand(command: Pick<Command, 'argv'>): string {
  const text = command.argv
    .map((word) => String(word))
    .join(' ')
    .replace(/\s+/g, ' ');
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`;
}
