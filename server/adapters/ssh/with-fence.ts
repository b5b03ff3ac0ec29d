import { randomBytes } from 'node:crypto';
import { AppError } from '#server/errors/app-error.ts';
import type { Command, HostTransport, RunOptions, RunResult } from '#server/ports/host-transport.ts';
import { failed, overwriteInPlaceWith, writeFileAtomicWith, type RunBytes } from './file-operations.ts';

export interface Fence {
  /** `/var/lib/tandem` (acting as root) or a directory of the login user; chosen at registration. */
  stateDirectory: string;
  /** Who owns the state directory. */
  stateOwner: string;
  /** What is protected, e.g. the instance's id: letters, digits, `.`, `_`, `-`. */
  resource: string;
  /** The lease's token: it only ever grows, and the host remembers the largest it has seen. */
  token: bigint;
  /** True when this resource was fenced before: then a token file that is gone is a conflict. */
  tokenExpected?: boolean;
}

const RESOURCE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;
const LOCK_WAIT_S = 10;
const FILE_TIMEOUT_MS = 30_000;

/**
 * $1 state directory, $2 resource, $3 token, $4 mark for our own messages, $5 `expected` or nothing,
 * $6 seconds to wait for the lock; the command follows. The lock is held while the command runs, and
 * the command does not inherit it, so that a server it starts cannot hold it for ever.
 */
const GUARD = `umask 077
mkdir -p -- "$1" || exit 1
exec 9>>"$1/$2.lock" || exit 1
if ! flock -w "$6" 9; then echo "$4 busy" >&2; exit 1; fi
file="$1/$2.token"; known=
if [ -f "$file" ]; then read -r known < "$file"
elif [ "$5" = expected ] || [ -s "$1/$2.lock" ]; then echo "$4 gone" >&2; exit 1; fi
if [ "\${known:-0}" -gt "$3" ]; then echo "$4 stale $known" >&2; exit 1; fi
if [ "$known" != "$3" ]; then
  echo "$3" > "$file.new" && sync -- "$file.new" && mv -f -- "$file.new" "$file" || exit 1
  [ -s "$1/$2.lock" ] || echo seen >&9
fi
shift 6
"$@" 9>&-`;

/**
 * The same transport, but everything that can change the host goes through a lock and a token check
 * on the host itself: a worker that lost its lease without knowing is stopped where the effect would
 * happen. Rejects with FENCING_TOKEN_STALE when a later owner was there.
 */
export function withFence(transport: HostTransport, fence: Fence): HostTransport {
  if (!RESOURCE.test(fence.resource)) {
    throw new AppError('INVALID_INPUT', {
      message: `not a name for a fenced resource: ${JSON.stringify(fence.resource.slice(0, 40))}`,
    });
  }
  const run = (command: Command, o: RunOptions) => runGuarded(transport, fence, command, o);
  const runBytes: RunBytes = async (command, o) => {
    const answer = await run(command, { timeoutMs: FILE_TIMEOUT_MS, ...o });
    return {
      exitCode: answer.exitCode,
      stdout: Buffer.from(answer.stdout),
      stderr: Buffer.from(answer.stderr),
    };
  };
  return {
    serverId: transport.serverId,
    run,
    require: async (command, o) => {
      const result = await run(command, o);
      if (result.exitCode !== 0) throw failed(command, result);
      return result;
    },
    readFile: (path, o) => transport.readFile(path, o),
    stat: (path, o) => transport.stat(path, o),
    writeFileAtomic: (path, data, o) => writeFileAtomicWith(runBytes, path, data, o),
    overwriteInPlace: (path, data, o) => overwriteInPlaceWith(runBytes, path, data, o),
    openTcp: (host, port, o) => transport.openTcp(host, port, o),
    openUnixSocket: (path, o) => transport.openUnixSocket(path, o),
    wayTo: (to, o) => transport.wayTo(to, o),
    ping: (o) => transport.ping(o),
    close: () => transport.close(),
  };
}

async function runGuarded(
  transport: HostTransport,
  fence: Fence,
  command: Command,
  o: RunOptions,
): Promise<RunResult> {
  if (command.through !== undefined) {
    throw new AppError('ASSERTION', { message: 'a fenced command cannot go through another program' });
  }
  const mark = `tandem-fence-${randomBytes(8).toString('hex')}`;
  const guarded: Command = {
    ...command,
    argv: [
      'sh',
      '-c',
      GUARD,
      'sh',
      fence.stateDirectory,
      fence.resource,
      fence.token.toString(),
      mark,
      fence.tokenExpected === true ? 'expected' : '',
      String(LOCK_WAIT_S),
      ...actAs(fence.stateOwner, command),
    ],
    runAs: fence.stateOwner,
  };
  const result = await transport.run(guarded, o);
  const line = result.stderr.split('\n').find((one) => one.startsWith(mark));
  if (line !== undefined) throw refusal(fence, line.slice(mark.length + 1).split(' '));
  return result;
}

/** Not in the home of whoever logs in, where the command's user may not enter it. */
const WHERE_ALLOWED = ['sh', '-c', 'cd . 2>/dev/null && [ -r . ] || cd /; exec "$@"', 'sh'] as const;

/** The command's words behind what turns the state directory's owner into the command's user. */
function actAs(stateOwner: string, command: Command): Command['argv'] {
  const { argv, runAs } = command;
  if (runAs === undefined || runAs === stateOwner) return argv;
  if (stateOwner !== 'root') return ['sudo', '-n', '-H', '-u', runAs, '--', ...WHERE_ALLOWED, ...argv];
  const become =
    'u=$1; shift; HOME=$(getent passwd "$u" | cut -d: -f6) USER=$u LOGNAME=$u; export HOME USER LOGNAME; exec setpriv --reuid="$u" --regid="$(id -g "$u")" --init-groups "$@"';
  return ['sh', '-c', become, 'sh', runAs, ...WHERE_ALLOWED, ...argv];
}

function refusal(fence: Fence, [kind, known]: string[]): AppError {
  const data = { resource: fence.resource, token: fence.token.toString() };
  if (kind === 'stale') {
    return new AppError('FENCING_TOKEN_STALE', {
      message: `another run has taken over ${fence.resource}`,
      detail: `this run holds token ${fence.token}, the host has seen ${known ?? 'a larger one'}`,
      hint: 'Nothing was changed. The other run goes on.',
      data,
    });
  }
  if (kind === 'gone') {
    return new AppError('FENCING_TOKEN_STALE', {
      message: `the file that remembers who may change ${fence.resource} is gone`,
      detail: `${fence.stateDirectory}/${fence.resource}.token existed and does not exist any more`,
      hint: 'Somebody removed it or restored an old disk. Make sure that no other run works on this server, then close this run.',
      data,
    });
  }
  return new AppError('DEADLINE_EXCEEDED', {
    message: `another command on ${fence.resource} did not end within ${LOCK_WAIT_S} s`,
    hint: 'Nothing was changed.',
    data,
  });
}
