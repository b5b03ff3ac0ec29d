import { AppError } from '#server/errors/app-error.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { HostJobState, Wait } from '#server/ports/postgres-runtime.ts';

const JOB_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,150}$/;
/** Most bytes of the log that one look brings. */
const LOG_BYTES = 256 * 1024;

/**
 * Files of a job in `~/.local/state/tandem/jobs/<job>/` of the OS user that runs it: `lock` is held by
 * the job as long as anything of it lives (a process number could be somebody else's after a reboot),
 * `pid` its session, `log` what it says, `rc` its exit code.
 *
 * `rc` appears by a rename, whole or not at all, and reaches the disk after it is seen: an fsync between
 * the tool's end and its news would wait for whatever else the disk has to write. What remains sure:
 * the tools sync what they wrote before they exit, so a seen 0 never says more than the disk holds; and a
 * power loss in that instant leaves no `rc`, or an empty one, which is `lost` and never a success.
 */
const DIRECTORY = 'd="$HOME/.local/state/tandem/jobs/$1"';

/** $1 job; the command follows. Starting a job that runs or ran is a success and does nothing. */
const START = `umask 077; ${DIRECTORY}; shift
mkdir -p -- "$d" || exit 1
exec 8>>"$d/lock"; flock -n 8 || exit 0
if [ -e "$d/pid" ] || [ -e "$d/rc" ]; then exit 0; fi
setsid sh -c 'trap : TERM; d=$1; shift; "$@" </dev/null >"$d/log" 2>&1; echo $? > "$d/rc.new"; mv -f -- "$d/rc.new" "$d/rc"; exec 8>&-; sync -- "$d/rc" "$d/log" "$d"' sh "$d" "$@" </dev/null >/dev/null 2>&1 9>&- &
echo $! > "$d/pid"; sync -- "$d/pid"`;

/**
 * $1 job, $2 first byte wanted, $3 most bytes, $4 seconds to wait for its end. Prints `status exit-code
 * next-byte`, then the log. Waiting for the lock costs the host nothing and ends with the job; lookers
 * share it, so that none of them waits for another.
 */
const STATE = `${DIRECTORY}
if [ ! -e "$d/pid" ] && [ ! -e "$d/rc" ]; then echo "absent - 0"; exit 0; fi
if [ -s "$d/rc" ]; then held=no; elif flock -s -w "$4" "$d/lock" true; then held=no; else held=yes; fi
if [ -s "$d/rc" ]; then read -r rc < "$d/rc"; status=ended; elif [ "$held" = yes ]; then rc=-; status=running; else rc=-; status=lost; fi
size=$(stat -c %s -- "$d/log" 2>/dev/null || echo 0); next=$(($2 + $3)); [ "$next" -gt "$size" ] && next=$size
echo "$status $rc $next"
if [ "$next" -gt "$2" ]; then tail -c "+$(($2 + 1))" -- "$d/log" | head -c "$((next - $2))"; fi`;

/** $1 job. TERM to the whole session, KILL after 10 s; returns when nothing of it lives. */
const CANCEL = `${DIRECTORY}
[ -e "$d/pid" ] || exit 0
read -r pid < "$d/pid"
ended() { flock -s -n "$d/lock" true; }
ended && exit 0
kill -s TERM -- "-$pid" 2>/dev/null
n=0; until ended; do n=$((n + 1)); [ "$n" -eq 200 ] && kill -s KILL -- "-$pid" 2>/dev/null; [ "$n" -gt 300 ] && exit 1; sleep 0.05; done
[ -e "$d/rc" ] || echo 137 > "$d/rc"`;

/** Long commands of one OS user on one host, detached from SSH. */
export class HostJobs {
  readonly #transport: HostTransport;
  readonly #owner: string;

  constructor(transport: HostTransport, owner: string) {
    this.#transport = transport;
    this.#owner = owner;
  }

  /** Starts a job unless one of this name was started before. */
  async start(
    job: string,
    command: readonly [string, ...string[]],
    env: Record<string, string>,
    o: Wait,
  ): Promise<void> {
    await this.#transport.require(
      { argv: ['sh', '-c', START, 'sh', requireName(job), ...command], runAs: this.#owner, env },
      o,
    );
  }

  /** Looks at once, or as soon as the job ends within `endWithinMs`. */
  async state(job: string, fromByte: number, o: Wait & { endWithinMs?: number }): Promise<HostJobState> {
    const waitS = String((o.endWithinMs ?? 0) / 1_000);
    const numbers = [String(fromByte), String(LOG_BYTES), waitS];
    const argv = ['sh', '-c', STATE, 'sh', requireName(job), ...numbers] as const;
    const { stdout } = await this.#transport.require({ argv, runAs: this.#owner }, o);
    const headEnd = stdout.indexOf('\n');
    const [status = '', rc = '-', next = '0'] = stdout.slice(0, headEnd).split(' ');
    const exitCode = rc === '-' ? null : Number(rc);
    return {
      status: readStatus(status, exitCode),
      exitCode,
      log: stdout.slice(headEnd + 1),
      nextByte: Math.max(fromByte, Number(next)),
    };
  }

  async cancel(job: string, o: Wait): Promise<void> {
    await this.#transport.require(
      { argv: ['sh', '-c', CANCEL, 'sh', requireName(job)], runAs: this.#owner },
      o,
    );
  }
}

function readStatus(status: string, exitCode: number | null): HostJobState['status'] {
  if (status === 'absent' || status === 'running' || status === 'lost') return status;
  return exitCode === 0 ? 'succeeded' : 'failed';
}

function requireName(job: string): string {
  if (JOB_NAME.test(job)) return job;
  throw new AppError('INVALID_INPUT', {
    message: `not a name for a job: ${JSON.stringify(job.slice(0, 40))}`,
  });
}
