import { afterEach, describe, expect, test } from 'vitest';
import { Secret } from '#server/domain/secret.ts';
import type { PostgresRuntime } from '#server/ports/postgres-runtime.ts';
import { codeOf } from './error-code-of.ts';

/** A running primary under test. */
export interface RuntimeUnderTest {
  runtime: PostgresRuntime;
  /** Brings the server back up, whatever a test did. */
  restoreRunning(): Promise<void>;
}

/** What a runtime under test lacks by design. Everything that is not named is held to. */
export interface RuntimeLacks {
  /** False = it is a model without an SQL parser; it must refuse every statement. */
  sql?: false;
}

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 30_000 };

/** What every PostgresRuntime guarantees, the fake one and the real ones. */
export function postgresRuntimeContract(
  name: string,
  get: () => RuntimeUnderTest,
  lacks: RuntimeLacks = {},
): void {
  describe(`postgres runtime: ${name}`, () => {
    afterEach(() => get().restoreRunning());
    serverGuarantees(get);
    if (lacks.sql === false) refusesSql(get);
    else sqlGuarantees(get);
    jobGuarantees(get);
  });
}

function serverGuarantees(get: () => RuntimeUnderTest): void {
  test('a running server is running and accepts connections', async () => {
    const { runtime } = get();
    expect(await runtime.stopState(wait)).toBe('running');
    expect(await runtime.isAcceptingConnections(wait)).toBe(true);
  });

  test('a fast stop is clean, and the control file can be read while stopped', async () => {
    const { runtime } = get();
    const before = await runtime.controlData(wait);
    await runtime.stop({ ...wait, mode: 'fast' });
    expect(await runtime.stopState(wait)).toBe('stopped-cleanly');
    expect(await runtime.isAcceptingConnections(wait)).toBe(false);
    const after = await runtime.controlData(wait);
    expect(after).toMatchObject({
      clusterState: 'shut down',
      systemIdentifier: before?.systemIdentifier,
      timeline: before?.timeline,
    });
    expect(after?.latestCheckpointLsn).toBeGreaterThanOrEqual(before?.latestCheckpointLsn ?? 0n);
  });

  test('an immediate stop is unclean, and the next start recovers', async () => {
    const { runtime } = get();
    await runtime.stop({ ...wait, mode: 'immediate' });
    expect(await runtime.stopState(wait)).toBe('stopped-uncleanly');
    await runtime.start(wait);
    expect(await runtime.stopState(wait)).toBe('running');
  });

  test('starting what runs and stopping what is stopped succeed and change nothing', async () => {
    const { runtime } = get();
    await runtime.start(wait);
    expect(await runtime.stopState(wait)).toBe('running');
    await runtime.stop({ ...wait, mode: 'fast' });
    await runtime.stop({ ...wait, mode: 'fast' });
    expect(await runtime.stopState(wait)).toBe('stopped-cleanly');
  });

  test('the libraries that sort are told, whether the server runs or not', async () => {
    const { runtime } = get();
    const running = await runtime.localeLibrary(wait);
    expect(running).toEqual({
      libc: expect.stringMatching(/^glibc \d+\.\d+$/),
      icu: expect.stringMatching(/^\d+$/),
      locales: expect.arrayContaining(['C', 'POSIX']),
    });
    await runtime.stop({ ...wait, mode: 'fast' });
    expect(await runtime.localeLibrary(wait)).toEqual(running);
  });

  test('a reload leaves the server running', async () => {
    const { runtime } = get();
    await runtime.reload(wait);
    expect(await runtime.stopState(wait)).toBe('running');
  });
}

function sqlGuarantees(get: () => RuntimeUnderTest): void {
  test('a statement on a stopped server is PG_NOT_ACCEPTING_CONNECTIONS', async () => {
    const { runtime } = get();
    await runtime.stop({ ...wait, mode: 'fast' });
    expect(await codeOf(runtime.superuserSql('SELECT pg_is_in_recovery()', {}, wait))).toBe(
      'PG_NOT_ACCEPTING_CONNECTIONS',
    );
  });

  test('rows come as text, booleans as t and f, an empty result as no row', async () => {
    const { runtime } = get();
    expect(await runtime.superuserSql('SELECT pg_is_in_recovery()', {}, wait)).toEqual([['f']]);
    const reads = { ...wait, reads: true };
    expect(await runtime.superuserSql('SELECT pg_is_in_recovery()', {}, reads)).toEqual([['f']]);
    await expect(runtime.superuserSql('CREATE TABLE by_a_look (n int)', {}, reads)).rejects.toMatchObject({
      data: { sqlstate: '25006' },
    });
    expect(
      await runtime.superuserSql(
        "SELECT 1 FROM pg_roles WHERE rolname = :'role'",
        { role: 'nobody here' },
        wait,
      ),
    ).toEqual([]);
  });

  test('a secret of a statement is not in the error that the statement causes', async () => {
    const { runtime } = get();
    const secret = new Secret('canary-7d1f');
    const thrown: unknown = await runtime
      .superuserSql("SELECT 1 FROM missing_table WHERE x = :'secret'", { secret }, wait)
      .catch((e: unknown) => e);
    expect(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))).not.toContain('canary');
  });
}

/** So that no operation can come to lean on an invented answer. */
function refusesSql(get: () => RuntimeUnderTest): void {
  test('a statement is refused', async () => {
    await expect(get().runtime.superuserSql('SELECT 1', {}, wait)).rejects.toThrow();
  });
}

function jobGuarantees(get: () => RuntimeUnderTest): void {
  test('a job that was never started is absent', async () => {
    expect(await get().runtime.toolState('never-started', 0, wait)).toMatchObject({
      status: 'absent',
      exitCode: null,
      log: '',
    });
  });
}
