import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { Secret } from '#server/domain/secret.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Command, FileStat, WriteOptions } from '#server/ports/host-transport.ts';
import { describeCommand } from './to-shell-line.ts';

/** Runs a command on a host with bytes in and out; resolves with any exit code. */
export type RunBytes = (
  command: Command,
  o: { signal: AbortSignal; stdin?: Buffer; maxOutputBytes?: number },
) => Promise<{ exitCode: number; stdout: Buffer; stderr: Buffer }>;

const DEFAULT_READ_BYTES = 16 * 1024 * 1024;
const MISSING = /No such file or directory|Not a directory/;

const STAT_KINDS: Record<string, FileStat['kind']> = {
  'regular file': 'file',
  'regular empty file': 'file',
  directory: 'directory',
  'symbolic link': 'link',
};

/** Contents of a file, null when there is none. More than `maxBytes` is an error, never a cut file. */
export async function readFileWith(
  run: RunBytes,
  path: string,
  o: { signal: AbortSignal; runAs?: string; maxBytes?: number },
): Promise<Buffer | null> {
  const maxBytes = o.maxBytes ?? DEFAULT_READ_BYTES;
  const command: Command = {
    argv: ['head', '-c', String(maxBytes + 1), '--', requirePath(path)],
    ...as(o.runAs),
  };
  const answer = await run(command, { signal: o.signal, maxOutputBytes: maxBytes + 1 });
  if (answer.exitCode !== 0) {
    if (MISSING.test(answer.stderr.toString())) return null;
    throw failed(command, answer);
  }
  if (answer.stdout.length > maxBytes) {
    throw new AppError('COMMAND_FAILED', {
      message: `${path} is larger than ${maxBytes} bytes`,
      data: { maxBytes },
    });
  }
  return answer.stdout;
}

/** What lies at a path, links not followed; null when nothing does. */
export async function statWith(
  run: RunBytes,
  path: string,
  o: { signal: AbortSignal; runAs?: string },
): Promise<FileStat | null> {
  const command: Command = {
    argv: ['stat', '-c', '%F|%a|%U|%G|%s|%.3Y', '--', requirePath(path)],
    ...as(o.runAs),
  };
  const answer = await run(command, { signal: o.signal });
  if (answer.exitCode !== 0) {
    if (MISSING.test(answer.stderr.toString())) return null;
    throw failed(command, answer);
  }
  const [kind = '', mode = '', owner = '', group = '', size = '', modified = ''] = answer.stdout
    .toString()
    .trim()
    .split('|');
  return {
    kind: STAT_KINDS[kind] ?? 'other',
    mode: parseInt(mode, 8),
    owner,
    group,
    sizeBytes: Number(size),
    modifiedAtMs: Math.round(Number(modified) * 1_000),
  };
}

/** $1 target, $2 temporary file beside it, $3 mode, $4 group or nothing, $5 directory. noclobber = O_EXCL. */
const WRITE_ATOMIC = `set -e; umask 077
trap 'rm -f -- "$2"' EXIT
set -C; cat > "$2"; set +C
chmod -- "$3" "$2"
if [ -n "$4" ]; then chgrp -- "$4" "$2"; fi
sync -- "$2"
mv -f -T -- "$2" "$1"
trap - EXIT
sync -- "$5"`;

/** As the owner: writes beside the target, fsyncs, renames, fsyncs the directory. */
export async function writeFileAtomicWith(
  run: RunBytes,
  path: string,
  data: Buffer | Secret,
  o: WriteOptions,
): Promise<void> {
  const target = requirePath(path);
  const directory = posix.dirname(target);
  const temporary = posix.join(directory, `.tandem-${randomBytes(8).toString('hex')}`);
  const mode = o.mode.toString(8).padStart(4, '0');
  const command: Command = {
    argv: ['sh', '-c', WRITE_ATOMIC, 'sh', target, temporary, mode, o.group ?? '', directory],
    runAs: o.owner,
  };
  const stdin = data instanceof Secret ? Buffer.from(data.reveal()) : data;
  const answer = await run(command, { signal: o.signal, stdin });
  if (answer.exitCode !== 0) throw failed({ argv: ['write', target] }, answer);
}

const OVERWRITE = 'set -e; [ -f "$1" ]; cat > "$1"; sync -- "$1"';

/** Replaces the contents and keeps the inode; the file must exist. */
export async function overwriteInPlaceWith(
  run: RunBytes,
  path: string,
  data: Buffer,
  o: { signal: AbortSignal; runAs?: string },
): Promise<void> {
  const target = requirePath(path);
  const command: Command = { argv: ['sh', '-c', OVERWRITE, 'sh', target], ...as(o.runAs) };
  const answer = await run(command, { signal: o.signal, stdin: data });
  if (answer.exitCode !== 0) throw failed({ argv: ['overwrite', target] }, answer);
}

/** COMMAND_FAILED with the last 20 lines of what the command complained about. */
export function failed(
  command: Pick<Command, 'argv'>,
  answer: { exitCode: number; stderr: Buffer | string },
): AppError {
  const lines = answer.stderr.toString().trimEnd().split('\n').slice(-20).join('\n');
  return new AppError('COMMAND_FAILED', {
    message: `a command on the host ended with exit code ${answer.exitCode}: ${describeCommand(command)}`,
    detail: lines,
    data: { exitCode: answer.exitCode },
  });
}

function requirePath(path: string): string {
  if (path.startsWith('/') && !path.includes('\0')) return path;
  throw new AppError('INVALID_INPUT', {
    message: `not an absolute path: ${JSON.stringify(path.slice(0, 120))}`,
    hint: 'A path begins with / and holds no NUL byte.',
  });
}

function as(runAs: string | undefined): Pick<Command, 'runAs'> {
  return runAs === undefined ? {} : { runAs };
}
