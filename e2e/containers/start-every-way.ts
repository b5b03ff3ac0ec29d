import { expect } from 'vitest';
import { watchWritable } from '#e2e/lab/ledger/watch-writable.ts';
import type { ContainerPostgres } from '#e2e/lab/containers/create-guide-pair.ts';
import type { ServerPostgres } from '#e2e/lab/containers/server-postgres.ts';
import { until } from '#e2e/lab/processes/until.ts';

const ENGINE_MS = 120_000;

interface Start {
  name: string;
  start: () => Promise<unknown>;
  /** Null = nothing came up that would have to go down again. */
  stop: (() => Promise<unknown>) | null;
}
type Node = Pick<ServerPostgres, 'sql'>;

/**
 * Starts a fenced server in each of these ways, one after the other. One that has a `stop` comes up, read-only;
 * after the others (a boot, a restart of an engine, a refused start) it is down or read-only. It is never writable,
 * not for a moment.
 */
export async function expectNeverWritable(node: Node, starts: readonly Start[]): Promise<void> {
  const watch = watchWritable(node);
  const recovery = (): Promise<string> => node.sql('SELECT pg_is_in_recovery()').catch(() => 'down');
  for (const { name, start, stop } of starts) {
    await start();
    if (stop !== null) {
      await until(`${name}: the server answers`, async () => (await recovery()) !== 'down');
      await stop();
      await until(`${name}: the server is down`, async () => (await recovery()) === 'down');
    }
  }
  const { answered, writable } = await watch.stop();
  expect(answered).toBeGreaterThan(0);
  expect(writable).toBe(0);
}

/** Of a cluster or a unit: by systemd, by the tools of Debian, by hand, by a boot. */
export function startsOf(node: ServerPostgres, kind: 'debian' | 'systemd'): Start[] {
  const { host } = node;
  const { unit, dataDirectory, configDirectory, name } = node.location;
  const byHand = ['-D', dataDirectory, '-w', '-l', '/tmp/by-hand.log'];
  const config = ['-o', `-c config_file=${configDirectory}/postgresql.conf`];
  const pgCtl = (...words: string[]) =>
    host.require([`${host.binDirectory}/pg_ctl`, ...words], { as: 'postgres' });
  const stop = () => pgCtl('stop', '-D', dataDirectory, '-m', 'fast');
  const cluster = (word: string) => host.require(['pg_ctlcluster', ...name.split('/'), word]);
  const systemctl = (word: string) => host.require(['systemctl', word, unit]);
  return [
    ...(['start', 'restart'] as const).map((word) =>
      kind === 'debian'
        ? { name: `systemctl ${word}`, start: () => systemctl(word), stop: () => systemctl('stop') }
        : { name: `systemctl ${word}`, start: () => isRefused(systemctl(word)), stop: null },
    ),
    ...(kind === 'debian'
      ? [{ name: 'pg_ctlcluster start', start: () => cluster('start'), stop: () => cluster('stop') }]
      : []),
    { name: 'pg_ctl start', start: () => pgCtl('start', ...byHand, ...config), stop },
    { name: 'a boot', start: () => host.reboot(), stop: null },
  ];
}

/** A unit that does not start at boot is not started by systemd at all. */
const isRefused = (start: Promise<unknown>): Promise<void> =>
  expect(start).rejects.toThrow('Assertion failed on job');

/** Of a container: by its engine, by Compose, by a boot, before and after Compose made it anew. */
export function startsOfContainer(node: ContainerPostgres): Start[] {
  const { host, container } = node;
  const stop = () => node.docker('stop', '-t', '60', container);
  const restartEngine = () => host.require(['systemctl', 'restart', 'docker'], { timeoutMs: ENGINE_MS });
  return [
    { name: 'a restart of the engine', start: restartEngine, stop: null },
    { name: 'a boot', start: () => host.reboot(), stop: null },
    { name: 'docker start', start: () => node.docker('start', container), stop },
    { name: 'docker restart', start: () => node.docker('restart', container), stop },
    { name: 'compose up', start: () => node.compose('up', '-d'), stop },
    // The new container has the restart policy of the file: from here on the engine starts it.
    { name: 'compose up, made anew', start: () => node.compose('up', '-d', '--force-recreate'), stop },
    { name: 'a restart of the engine that starts it', start: restartEngine, stop },
    { name: 'a boot that starts it', start: () => host.reboot(), stop },
  ];
}
