import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { startTestDatabase } from '../platform/control-database.ts';
import { until } from '../platform/until.ts';
import { LeakSearch } from './leak-search.ts';
import { sampleProcesses } from './process-sampler.ts';

const secret = `canary+Zürich/4711?"quoted"&it's\\more`;
const searchFor = () => new LeakSearch({ password: secret });
const bytes = Buffer.from(secret);

it.each([
  ['plain', `password=${secret} more`],
  ['hex', `\\x${bytes.toString('hex')}`],
  ['base64', Buffer.from(secret).toString('base64')],
  ['base64 after one byte', Buffer.concat([Buffer.from(':'), bytes, Buffer.from('tail')]).toString('base64')],
  ['base64 after two bytes', Buffer.concat([Buffer.from('a:'), bytes]).toString('base64')],
  ['base64url', Buffer.concat([Buffer.from('user:'), bytes]).toString('base64url')],
  ['url-encoded', `/?token=${encodeURIComponent(secret)}`],
  ['json', JSON.stringify({ password: secret })],
  ['a literal of SQL', `ALTER ROLE x PASSWORD '${secret.replaceAll("'", "''")}'`],
  ['a word of a shell', `echo '${secret.replaceAll("'", String.raw`'\''`)}'`],
])('finds a planted secret in %s', (_form, text) => {
  const search = searchFor();
  search.search('a log', `before\n${text}\nafter`);
  expect(search.leaks).toMatchObject([{ secret: 'password', place: 'a log' }]);
});

it('finds nothing where nothing is, and never repeats the value in a finding', () => {
  const search = searchFor();
  search.search('a log', 'nothing to see here');
  expect(search.leaks).toEqual([]);
  search.search('another', secret);
  expect(JSON.stringify(search.leaks)).not.toContain('canary');
});

it('finds a secret planted in a file below a folder', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tandem-canary-'));
  writeFileSync(path.join(folder, 'postgresql.log'), `LOG: statement: alter role x password '${secret}'`);
  const search = searchFor();
  search.searchFolder(folder);
  rmSync(folder, { recursive: true });
  expect(search.leaks).toHaveLength(1);
});

it('finds a secret planted in any column of any table, in JSON and as bytes', async () => {
  const database = await startTestDatabase();
  const client = new pg.Client({ connectionString: database.databaseUrl });
  await client.connect();
  await client.query('create schema other; create table other.raw (raw bytea)');
  await client.query('create table other.notes (note jsonb); create table other.words (a text[], b text)');
  await client.query('insert into other.raw values ($1)', [bytes]);
  await client.query('insert into other.notes values ($1)', [JSON.stringify({ deep: [secret] })]);
  await client.query('insert into other.words values ($1, null)', [['x', secret]]);
  await client.end();
  const search = searchFor();
  await search.searchDatabase(database.databaseUrl);
  await database.remove();
  expect(search.leaks.map(({ place, form }) => [place, form]).sort()).toEqual([
    ['table other.notes', 'json-escaped'],
    ['table other.raw', 'hex'],
    ['table other.words', 'json-escaped'],
  ]);
});

it.each(['argument', 'environment'])(
  'finds a secret that a process has as %s, also when it lives shortly',
  async (where) => {
    const search = searchFor();
    const sampler = sampleProcesses(search);
    const args = ['0.3', ...(where === 'argument' ? [secret] : [])];
    const env = { ...process.env, ...(where === 'environment' ? { PGPASSWORD: secret } : {}) };
    const child = spawn('/bin/sh', ['-c', 'sleep "$1"; :', 'sh', ...args], { env });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await until('it is found', 5_000, () => search.leaks.length > 0);
    await ended;
    expect(sampler.stop()).toBeGreaterThan(1);
  },
);
