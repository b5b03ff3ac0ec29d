import { posix } from 'node:path';
import { AppError } from '#server/errors/app-error.ts';
import type { HostTransport, RunResult } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

/** `read` looks at the server, `act` changes it. */
interface Ways {
  read: HostTransport;
  act: HostTransport;
}

interface Target {
  owner: string;
  group: string;
  mode: number;
}

/** $1 configuration, $2 next, $3 copy of the configuration that `next` was made from. */
const SWAP = `set -e
if ! [ -f "$2" ] || ! cmp -s -- "$1" "$3"; then echo changed; exit 0; fi
mv -f -T -- "$2" "$1"
echo swapped`;
/** $1 configuration, $2 copy: whole or not at all, with mode and time. */
const COPY = `set -e
cp -p -- "$1" "$2.part"
mv -f -T -- "$2.part" "$2"`;

/** The configuration file of one PgBouncer and what lies beside it, as the file's owner. */
export class PoolFiles {
  readonly #open: () => Promise<Ways>;
  #ways: Ways | null = null;
  readonly #path: string;
  readonly #next: string;
  readonly #before: string;
  #target: Target | null = null;

  /** `name` tells our files beside the configuration from those of another route. */
  constructor(o: { ways: () => Promise<Ways>; path: string; name: string }) {
    this.#open = o.ways;
    this.#path = o.path;
    this.#next = `${o.path}.tandem-${o.name}-next`;
    this.#before = `${o.path}.tandem-${o.name}-before`;
  }

  async config(o: Wait): Promise<string> {
    const { owner } = await this.#owner(o);
    const { read } = await this.#to();
    const data = await read.readFile(this.#path, { signal: o.signal, runAs: owner });
    if (data === null) throw missing(this.#path);
    return data.toString('latin1');
  }

  /** Null = yes, else why not. */
  async mayWrite(o: Wait): Promise<string | null> {
    const { owner } = await this.#owner(o);
    const script = '[ -w "$1" ] && [ -w "$2" ]';
    const argv = ['sh', '-c', script, 'sh', this.#path, posix.dirname(this.#path)] as const;
    const { read } = await this.#to();
    const { exitCode } = await read.run({ argv, runAs: owner }, o);
    return exitCode === 0 ? null : `${owner} may not write ${this.#path} or its directory`;
  }

  async staged(o: Wait): Promise<string | null> {
    const { owner } = await this.#owner(o);
    const { read } = await this.#to();
    const data = await read.readFile(this.#next, { signal: o.signal, runAs: owner });
    return data === null ? null : data.toString('latin1');
  }

  async stage(text: string, o: Wait): Promise<void> {
    const { owner, group, mode } = await this.#owner(o);
    await this.#sh(COPY, [this.#path, this.#before], owner, o);
    const data = Buffer.from(text, 'latin1');
    const { act } = await this.#to();
    await act.writeFileAtomic(this.#next, data, { mode, owner, group, signal: o.signal });
  }

  async unstage(o: Wait): Promise<void> {
    const { owner } = await this.#owner(o);
    await this.#sh('rm -f -- "$1" "$2"', [this.#next, this.#before], owner, o);
  }

  /** The copy stays: it is the configuration as it was. */
  async swap(o: Wait): Promise<'swapped' | 'changed'> {
    const { owner } = await this.#owner(o);
    const { stdout } = await this.#sh(SWAP, [this.#path, this.#next, this.#before], owner, o);
    return stdout.trim() === 'swapped' ? 'swapped' : 'changed';
  }

  async #sh(script: string, args: string[], runAs: string, o: Wait): Promise<RunResult> {
    const { act } = await this.#to();
    return act.require({ argv: ['sh', '-c', script, 'sh', ...args], runAs }, o);
  }

  async #to(): Promise<Ways> {
    this.#ways ??= await this.#open();
    return this.#ways;
  }

  async #owner(o: Wait): Promise<Target> {
    if (this.#target !== null) return this.#target;
    const { read } = await this.#to();
    const stat = await read.stat(this.#path, { signal: o.signal });
    if (stat?.kind !== 'file') throw missing(this.#path);
    this.#target = { owner: stat.owner, group: stat.group, mode: stat.mode };
    return this.#target;
  }
}

function missing(path: string): AppError {
  return new AppError('FILE_NOT_FOUND', {
    message: `there is no file ${path}`,
    hint: 'Give the path of the configuration that PgBouncer was started with.',
  });
}
