import { describe, expect, test } from 'vitest';
import { redirectPools } from '#server/domain/pgbouncer-config.ts';
import type { Pooler } from '#server/ports/client-routes.ts';
import { codeOf } from './error-code-of.ts';

/** A pooler with one database that leads to a server, is not paused, and whose configuration may be written. */
export interface PoolerUnderTest {
  pooler: Pooler;
  database: string;
  /** Where the database leads. */
  from: { host: string; port: number };
  /** Another place; nothing needs to listen there. */
  to: { host: string; port: number };
  /** Begins a transaction of a client; answers how to end it. */
  beginTransaction(): Promise<() => Promise<void>>;
  /** Somebody writes the configuration by hand. */
  edit(text: string): Promise<void>;
}

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 10_000 };

/** What every Pooler guarantees, the fake one and PgBouncer. The tests leave it as it was. */
export function poolerContract(name: string, get: () => PoolerUnderTest): void {
  describe(`pooler: ${name}`, () => {
    pauseGuarantees(get);
    configurationGuarantees(get);
  });
}

async function found({ pooler, database }: PoolerUnderTest) {
  const all = await pooler.databases(wait);
  return all.find((each) => each.name === database);
}

function pauseGuarantees(get: () => PoolerUnderTest): void {
  test('a pause holds no connection to the server, and may be wished again', async () => {
    const subject = get();
    await subject.pooler.pause(subject.database, wait);
    await subject.pooler.pause(subject.database, wait);
    expect(await found(subject)).toMatchObject({ paused: true, servers: 0, ...subject.from });
    await subject.pooler.resume(subject.database, wait);
    expect(await found(subject)).toMatchObject({ paused: false });
  });

  test('resuming what is not paused is no error', async () => {
    const subject = get();
    await subject.pooler.resume(subject.database, wait);
    expect(await found(subject)).toMatchObject({ paused: false });
  });

  test('a pause waits for running transactions; after a missed deadline its wish stands until it is resumed', async () => {
    const subject = get();
    const { pooler, database } = subject;
    const end = await subject.beginTransaction();
    expect(await codeOf(pooler.pause(database, { signal, timeoutMs: 300 }))).toBe('DEADLINE_EXCEEDED');
    const while1 = await found(subject);
    expect(while1?.paused).toBe(true);
    expect(while1?.servers).toBeGreaterThan(0);
    await pooler.resume(database, wait);
    expect(await found(subject)).toMatchObject({ paused: false });
    await end();
  });
}

function configurationGuarantees(get: () => PoolerUnderTest): void {
  test('what is staged has no effect and can be taken away', async () => {
    const subject = get();
    const { pooler, database, to, from } = subject;
    const config = await pooler.config(wait);
    await pooler.stage(redirectPools(config, [database], to), wait);
    expect(await pooler.staged(wait)).toBe(redirectPools(config, [database], to));
    await pooler.reload(wait);
    expect(await found(subject)).toMatchObject(from);
    await pooler.unstage(wait);
    expect(await pooler.staged(wait)).toBeNull();
    expect(await pooler.config(wait)).toBe(config);
  });

  test('a swap and a reload lead it elsewhere, and a pause outlasts both', async () => {
    const subject = get();
    const { pooler, database, to, from } = subject;
    const config = await pooler.config(wait);
    await pooler.pause(database, wait);
    await pooler.stage(redirectPools(config, [database], to), wait);
    expect(await pooler.swap(wait)).toBe('swapped');
    await pooler.reload(wait);
    expect(await found(subject)).toMatchObject({ paused: true, ...to });
    await pooler.stage(config, wait);
    expect(await pooler.swap(wait)).toBe('swapped');
    await pooler.reload(wait);
    await pooler.resume(database, wait);
    expect(await found(subject)).toMatchObject({ paused: false, ...from });
    expect(await pooler.config(wait)).toBe(config);
  });

  test('a configuration that somebody wrote meanwhile is not replaced', async () => {
    const subject = get();
    const { pooler, database, to } = subject;
    const config = await pooler.config(wait);
    await pooler.stage(redirectPools(config, [database], to), wait);
    await subject.edit(`${config}; by hand\n`);
    expect(await pooler.swap(wait)).toBe('changed');
    expect(await pooler.config(wait)).toBe(`${config}; by hand\n`);
    await pooler.unstage(wait);
    expect(await pooler.swap(wait)).toBe('changed');
    await subject.edit(config);
  });

  test('says that it may be written, its version and its mode', async () => {
    const { pooler, database } = get();
    expect(await pooler.mayWrite(wait)).toBeNull();
    const look = await pooler.look(wait);
    expect(look.version).toContain('PgBouncer');
    expect(look.databases.find((d) => d.name === database)?.poolMode).toBe('transaction');
  });
}
