import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '#server/launcher/embedded/embedded-postgres.ts';
import { until } from './until.ts';

let stateDirectory: string;
const dataDirectory = () => path.join(stateDirectory, 'postgres/data');
const postmaster = () =>
  Number(readFileSync(path.join(dataDirectory(), 'postmaster.pid'), 'utf8').split('\n')[0]);

beforeEach(() => {
  stateDirectory = mkdtempSync(path.join(os.tmpdir(), 'tandem-embedded-'));
});
afterEach(async () => {
  await (await startEmbeddedPostgres(stateDirectory)).stop();
  rmSync(stateDirectory, { recursive: true });
});

async function ask(databaseUrl: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  const { rows } = await client.query<{ answer: unknown }>(sql);
  await client.end();
  return rows[0]?.answer;
}

it('keeps its files closed, opens no port, and lets nobody in without the password', async () => {
  const { databaseUrl } = await startEmbeddedPostgres(stateDirectory);
  expect(statSync(path.join(stateDirectory, 'postgres')).mode & 0o777).toBe(0o700);
  expect(statSync(dataDirectory()).mode & 0o777).toBe(0o700);
  expect(await ask(databaseUrl, `select current_setting('listen_addresses') as answer`)).toBe('');
  const withoutPassword = databaseUrl.replace(/:[^:@/]+@/, ':wrong@');
  await expect(ask(withoutPassword, 'select 1 as answer')).rejects.toThrow('password authentication failed');
});

it('takes over a database that a killed launcher left running', async () => {
  const first = await startEmbeddedPostgres(stateDirectory);
  await ask(first.databaseUrl, `create table kept as select 1 as answer`).catch(() => undefined);
  const pid = postmaster();
  const second = await startEmbeddedPostgres(stateDirectory);
  expect(second.started).toBe('taken-over');
  expect(postmaster()).toBe(pid);
  expect(await ask(second.databaseUrl, 'select answer from kept')).toBe(1);
});

it('restarts one that was left running and does not answer', async () => {
  await startEmbeddedPostgres(stateDirectory);
  const frozen = postmaster();
  process.kill(frozen, 'SIGSTOP');
  const next = startEmbeddedPostgres(stateDirectory);
  // The postmaster hears of the stop only when it may run again, as after an overload.
  const thaw = setTimeout(() => process.kill(frozen, 'SIGCONT'), 6_000);
  const { started, databaseUrl } = await next;
  clearTimeout(thaw);
  expect(started).toBe('new');
  expect(postmaster()).not.toBe(frozen);
  expect(await ask(databaseUrl, 'select 1 as answer')).toBe(1);
});

it('starts after a crash, although postmaster.pid is still there', async () => {
  const database = await startEmbeddedPostgres(stateDirectory);
  process.kill(postmaster(), 'SIGKILL');
  await until('the postmaster is gone', 5_000, () => !database.isRunning());
  await database.ensureRunning();
  expect(await ask(database.databaseUrl, 'select 1 as answer')).toBe(1);
});
