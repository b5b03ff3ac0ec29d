import { expect, it } from 'vitest';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { plainLocation } from '#server/testing/plain-location.ts';
import { adaptConfiguration, placeOf } from './configuration.ts';

const cluster = (name: string): InstanceLocation =>
  plainLocation({
    kind: 'debian',
    name,
    dataDirectory: `/var/lib/postgresql/${name}`,
    configDirectory: `/etc/postgresql/${name}`,
  });
const adapted = (content: string, from: InstanceLocation, to: InstanceLocation): string =>
  adaptConfiguration(Buffer.from(content), from, to).toString();

const CONTENT = [
  "data_directory = '/var/lib/postgresql/15/main'",
  "hba_file = '/etc/postgresql/15/main/pg_hba.conf'",
  "external_pid_file = '/var/run/postgresql/15-main.pid'",
  "cluster_name = '15/main'",
  'shared_buffers = 128MB # größer',
].join('\n');

it('leaves the configuration as it is where both clusters have the same name', () => {
  expect(adapted(CONTENT, cluster('15/main'), cluster('15/main'))).toBe(CONTENT);
});

it('gives another cluster its own directories, process file and name, and keeps the bytes of the rest', () => {
  expect(adapted(CONTENT, cluster('15/main'), cluster('15/copy'))).toBe(CONTENT.replaceAll('main', 'copy'));
});

it('moves all paths into the data directory where the standby keeps its configuration there', () => {
  const to = plainLocation({ dataDirectory: '/srv/pg' });
  expect(adapted(CONTENT, cluster('15/main'), to)).toContain("hba_file = '/srv/pg/pg_hba.conf'");
  expect(placeOf('conf.d/x.conf', to)).toEqual({ path: '/srv/pg/conf.d/x.conf', early: true });
});

it('lays the main files where pg_createcluster takes them from, the rest into its directory', () => {
  const to = cluster('15/main');
  expect(placeOf('pg_hba.conf', to)).toEqual({
    path: '/var/lib/postgresql/15/main/pg_hba.conf',
    early: true,
  });
  expect(placeOf('conf.d/x.conf', to)).toEqual({
    path: '/etc/postgresql/15/main/conf.d/x.conf',
    early: false,
  });
  expect(placeOf('start.conf', to)).toBeNull();
});
