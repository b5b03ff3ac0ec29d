import { AppError } from '#server/errors/app-error.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { RETRY, type MutationStep, type StepContext } from '#server/engine/define-operation.ts';
import { sameText, text } from '#server/domain/text.ts';
import { shellWord } from '#server/domain/shell-word.ts';
import { within } from '../pair-world.ts';
import { HOST_GATES } from './gates.ts';
import type { PrepareHostInput } from './input.ts';
import type { HostObservation, PrepareHostWorld } from './observation.ts';

export type HostStep = MutationStep<PrepareHostWorld, HostObservation, PrepareHostInput>;
export type HostContext = StepContext<PrepareHostWorld, PrepareHostInput>;

const INSTALL_MS = 30 * 60_000;
const LOOK_END_MS = 10_000;
/** A job that a reboot broke off cannot be started under its name again. */
const MOST_JOBS = 5;

const namesOf = (input: PrepareHostInput): string =>
  input.todo.packages.map((names) => names.join(' | ')).join(', ');

async function allInstalled(c: HostContext): Promise<boolean> {
  const { packages } = c.input.todo;
  const found = await c.world.setup.packages([...new Set(packages.flat())], within(c));
  return packages.every((names) => names.some((name) => (found.get(name)?.installed ?? null) !== null));
}

/** Runs apt as a job of the host and follows it to its end. */
async function install(c: HostContext): Promise<void> {
  const { setup } = c.world;
  for (let i = 1; i <= MOST_JOBS; i += 1) {
    const job = `packages-${c.input.jobKey}-${i}`;
    const found = await setup.installState(job, 0, within(c));
    if (found.status === 'lost' || (found.status === 'failed' && c.earlier !== null && i < MOST_JOBS))
      continue;
    if (found.status === 'absent') await setup.startInstall(job, c.input.todo.packages, i > 1, within(c));
    await follow(c, job);
    return;
  }
  throw new AppError('PACKAGES_NOT_INSTALLED', {
    message: `apt was broken off ${MOST_JOBS} times on ${c.input.serverName}`,
    hint: 'Look at the server: dpkg --configure -a ends what was broken off.',
  });
}

async function follow(c: HostContext, job: string): Promise<void> {
  let fromByte = 0;
  let tail = '';
  for (;;) {
    const state = await c.world.setup.installState(job, fromByte, {
      signal: c.signal,
      timeoutMs: LOOK_END_MS + 15_000,
      endWithinMs: LOOK_END_MS,
    });
    fromByte = state.nextByte;
    if (state.log.trim() !== '') c.log(state.log.trimEnd(), 'stdout');
    tail = `${tail}${state.log}`.slice(-4_000);
    if (state.status === 'running') continue;
    if (state.status === 'succeeded') return;
    throw failure(c.input.serverName, state.status, tail);
  }
}

/** apt's own words, which name who holds a lock. */
function failure(serverName: string, status: string, log: string): AppError {
  const lines = log.split('\n').filter((line) => /^(E|dpkg): ?/.test(line) || / is held by /.test(line));
  const detail = lines.slice(-4).join('; ') || log.trim().split('\n').slice(-2).join('; ');
  if (/Could not get lock|Unable to acquire the dpkg|Unable to lock/.test(log))
    return new AppError('PACKAGES_BUSY', {
      message: `another program installs packages on ${serverName}`,
      detail,
      hint: 'Nothing was changed. Wait until it has ended, then start this again.',
    });
  return new AppError('PACKAGES_NOT_INSTALLED', {
    message: `apt could not install the packages on ${serverName}`,
    detail: detail === '' ? status : detail,
    hint: 'The log of this step has every word of apt.',
  });
}

/** Installs what is missing. It stays: what else came to need it meanwhile, nobody can know. */
export const installPackages: HostStep = {
  kind: 'mutation',
  name: 'install-packages',
  group: 'prepares',
  server: (c) => c.input.serverName,
  skip: (input) => input.todo.packages.length === 0,
  explain: (c) =>
    text(
      `Install ${namesOf(c.input)} with apt. Nothing is removed for it; files that you changed stay.`,
      `${namesOf(c.input)} mit apt installieren. Nichts wird dafür entfernt; von Ihnen geänderte Dateien bleiben.`,
    ),
  actions: (c) => {
    const packages = c.input.todo.packages.map((names) => names[0] ?? '').map(shellWord);
    return [
      'apt-get update',
      `apt-get install -y --no-remove --no-install-recommends ${packages.join(' ')}`,
    ].map((line) => ({ type: 'command' as const, server: c.input.serverName, runAs: 'root', line }));
  },
  expectedMs: (c) => 30_000 * c.input.todo.packages.length,
  needs: HOST_GATES,
  isDone: async (c) => ((await allInstalled(c)) ? 'done' : 'not-done'),
  do: install,
  output: async (c) => {
    const found = await c.world.setup.packages([...new Set(c.input.todo.packages.flat())], within(c));
    const rows = [...found].flatMap(([name, { installed }]) =>
      installed === null ? [] : [[name, installed]],
    );
    return Object.fromEntries(rows) as Json;
  },
  fact: (output) =>
    sameText(
      Object.entries((output ?? {}) as Record<string, string>)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ),
  undo: {
    nothing: text(
      'Packages stay in place when this is undone: removing one can take away what others need by now.',
      'Pakete bleiben beim Rückgängigmachen erhalten: Beim Entfernen könnte verschwinden, was andere inzwischen brauchen.',
    ),
  },
  timeouts: { doMs: INSTALL_MS, settleMs: 20_000 },
  retry: RETRY.transientOnly,
};
