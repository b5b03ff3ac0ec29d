import { AppError } from '#server/errors/app-error.ts';
import type { HookEvent, HttpCall, PinnedHook, PinnedShellCall } from '#server/domain/change-hook.ts';
import type { HookAnswer, HookCalls, HookCheck } from '#server/ports/hook-calls.ts';
import type { HostJobState } from '#server/ports/postgres-runtime.ts';

interface FakeJob {
  status: HostJobState['status'];
  exitCode: number | null;
  looks: number;
}

/**
 * An application and what hooks do to it. A line with `fail` fails, one with `hang` never ends, one
 * with `vanish` ends without a record; a request to `hang` is not answered, one to `refuse` says 500.
 */
export class FakeHooks implements HookCalls {
  application: 'running' | 'stopped' = 'running';
  pointsTo = 'db1';
  readonly effects: Record<string, number> = {};
  readonly #jobs = new Map<string, FakeJob>();

  start(call: string, command: PinnedShellCall, o: { event: HookEvent }): Promise<void> {
    if (command.line.includes('unreachable'))
      return Promise.reject(new AppError('SSH_TIMEOUT_CONNECT', { message: 'no answer' }));
    if (this.#jobs.has(call)) return Promise.resolve();
    const failing = command.line.includes('fail');
    const vanishing = command.line.includes('vanish');
    if (!failing && !command.line.includes('hang')) this.#act(o.event);
    const status = vanishing ? 'lost' : failing ? 'failed' : 'succeeded';
    this.#jobs.set(call, {
      status: command.line.includes('hang') ? 'running' : status,
      exitCode: failing ? 1 : vanishing ? null : 0,
      looks: 0,
    });
    return Promise.resolve();
  }

  state(call: string): Promise<HostJobState> {
    const job = this.#jobs.get(call);
    if (job === undefined) return Promise.resolve({ status: 'absent', exitCode: null, log: '', nextByte: 0 });
    job.looks += 1;
    const status = job.looks === 1 && job.status === 'succeeded' ? 'running' : job.status;
    const exitCode = status === 'running' ? null : job.exitCode;
    return Promise.resolve({ status, exitCode, log: '', nextByte: 0 });
  }

  cancel(call: string): Promise<void> {
    const job = this.#jobs.get(call);
    if (job?.status === 'running') Object.assign(job, { status: 'failed', exitCode: 143 });
    return Promise.resolve();
  }

  request(call: HttpCall, o: { event: HookEvent }): Promise<HookAnswer> {
    if (call.url.includes('hang'))
      return Promise.reject(new AppError('DEADLINE_EXCEEDED', { message: 'did not answer in time' }));
    if (call.url.includes('refuse')) return Promise.resolve({ status: 500, body: 'no', durationMs: 1 });
    this.#act(o.event);
    return Promise.resolve({ status: 200, body: 'ok', durationMs: 1 });
  }

  check(hook: PinnedHook): Promise<HookCheck> {
    const { call } = hook;
    const checked = call.kind === 'shell' ? call.check : call.checkUrl;
    if (checked === null) return Promise.resolve({ state: 'reachable', detail: '', durationMs: 1 });
    const failing = checked.includes('fail');
    return Promise.resolve({ state: failing ? 'fails' : 'answers', detail: 'exit code 1', durationMs: 1 });
  }

  #act({ event, newPrimary }: HookEvent): void {
    this.effects[event] = (this.effects[event] ?? 0) + 1;
    if (event === 'stop-application') this.application = 'stopped';
    if (event === 'start-application') this.application = 'running';
    if (event === 'redirect') this.pointsTo = newPrimary;
  }
}

const shell = (line: string, check: string | null): PinnedShellCall => ({
  kind: 'shell',
  serverId: 'server-app',
  serverName: 'app',
  runAs: 'deploy',
  mode: 'command',
  line,
  check,
});

/** A hook of each moment; `lines` replaces what they call. */
export function sampleHooks(
  lines: Partial<Record<PinnedHook['moment'], string>> = {},
  change: Partial<PinnedHook> = {},
): PinnedHook[] {
  const hook = (moment: PinnedHook['moment'], name: string): PinnedHook => ({
    id: moment,
    name,
    moment,
    timeoutSeconds: 30,
    veto: true,
    repeatable: false,
    call: shell(lines[moment] ?? `/usr/local/bin/${moment}`, null),
    ...change,
  });
  return [
    hook('stop-application', 'Stop the shop'),
    hook('redirect', 'Point the pool'),
    hook('start-application', 'Start the shop'),
  ];
}

/** The same as requests. */
export function sampleRequests(change: Partial<PinnedHook> = {}, host = 'deploy.example.com'): PinnedHook[] {
  return sampleHooks({}, change).map((hook) => ({
    ...hook,
    call: {
      kind: 'http',
      method: 'POST',
      url: `https://${host}/${hook.moment}`,
      headers: [],
      tokenSecretId: null,
      body: null,
      checkUrl: null,
    },
  }));
}
