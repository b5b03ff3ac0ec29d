import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPostgresImage } from '#e2e/lab/containers/load-postgres-image.ts';
import { sshTarget } from '#e2e/lab/ssh-target.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { createHostFiles } from '#server/adapters/hosts/host-files.ts';
import { placeInstance, type InstancePlace } from '#server/adapters/runtimes/create-postgres-runtime.ts';
import { discoverInstances } from '#server/adapters/runtimes/discover-instances.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { locationOfFound, type FoundInstance } from '#server/domain/server-check.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import { codeOf } from '#server/testing/contract/error-code-of.ts';
import { hostFilesContract } from '#server/testing/contract/host-files.contract.ts';
import { postgresRuntimeContract } from '#server/testing/contract/postgres-runtime.contract.ts';

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 60_000 };
const PASSWORD = 'a-password-of-the-compose-file';

/** The guide's, with the one repair without which it cannot start: its config_file names a file that nothing mounts. */
const COMPOSE = `version: '3.8'
services:
  db:
    image: postgres:15
    container_name: guide-db
    restart: always
    environment:
      POSTGRES_DB: shop
      POSTGRES_USER: mgr_user
      POSTGRES_PASSWORD: ${PASSWORD}
    volumes:
      - db_data:/var/lib/postgresql/data
      - ./pg_hba_replication.conf:/etc/postgresql/pg_hba.conf:ro
    ports:
      - "5432:5432"
    command: postgres -c hba_file=/etc/postgresql/pg_hba.conf -c wal_level=replica -c max_wal_senders=5
volumes:
  db_data:
`;
const HBA = `local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all 0.0.0.0/0 scram-sha-256\n`;

let lab: ServerLab;
let connections: SshHostConnections;
let transport: HostTransport;
const docker = (...args: string[]) => lab.host('db1').require(['docker', ...args]);
const compose = (...args: string[]) =>
  lab.host('db1').require(['docker-compose', '-f', '/srv/guide/docker-compose.yml', ...args]);

beforeAll(async () => {
  lab = await startServers([{ name: 'db1', docker: true, sudo: 'none' }]);
  const host = lab.host('db1');
  await loadPostgresImage(lab.engine, [host]);
  await host.writeFile('/srv/guide/docker-compose.yml', COMPOSE);
  await host.writeFile('/srv/guide/pg_hba_replication.conf', HBA);
  await compose('up', '-d');
  const run = ['run', '-d', '-e', `POSTGRES_PASSWORD=${PASSWORD}`] as const;
  await docker(...run, '--name', 'volume-db', '--restart', 'on-failure:3', '--network', 'host', '-e', 'PGPORT=5433', '-v', 'one:/var/lib/postgresql/data', 'postgres:15');
  await host.require(['sh', '-c', 'mkdir -p /srv/bound && chown 33:33 /srv/bound']);
  await docker(...run, '--name', 'bound-db', '--user', '33:33',
    '--restart',
    'unless-stopped', '-p', '5434:5432', '-v', '/srv/bound:/var/lib/postgresql/data', 'postgres:15');
  connections = new SshHostConnections();
  // A member of the group docker, without sudo.
  transport = await connections.connect(await sshTarget(lab, host), { signal });
  // The server that the image runs while it makes the cluster listens on no address.
  for (const [name, port] of [['guide-db', '5432'], ['volume-db', '5433'], ['bound-db', '5432']] as const) {
    const ready = ['docker', 'exec', name, 'pg_isready', '-q', '-h', '127.0.0.1', '-p', port] as const;
    await until(`${name} is there`, async () => (await host.run(ready)).exitCode === 0, { timeoutMs: 90_000 });
  }
}, 600_000); // prettier-ignore

afterAll(async () => {
  await connections?.closeAll();
  await lab?.stop();
});

async function find(name: string): Promise<FoundInstance> {
  const found = (await discoverInstances(transport, wait)).find((i) => i.name === name);
  if (found === undefined) throw new Error(`${name} was not found`);
  return found;
}

async function place(name: string): Promise<InstancePlace> {
  const location = locationOfFound(await find(name));
  if (location === null) throw new Error(`${name} has no programs`);
  return placeInstance(location, { read: transport });
}

for (const [name, kind, owner] of [
  ['guide-db', 'Compose, named volume', 'postgres'],
  ['volume-db', 'host network, on-failure', 'postgres'],
  ['bound-db', 'bind mount, another user', 'www-data'],
] as const) {
  describe(kind, () => {
    let at: InstancePlace;
    beforeAll(async () => (at = await place(name)));
    const get = () => ({ runtime: at.runtime, restoreRunning: () => at.runtime.start(wait) });
    postgresRuntimeContract(`docker, ${kind}`, get);
    hostFilesContract(`helper container, ${kind}`, () => ({
      files: createHostFiles(at.place.act, owner),
      directory: '/var/lib/postgresql',
      owner,
    }));
  });
}

test('every container is found with its port, owner, version and size, and no password is read', async () => {
  const found = await discoverInstances(transport, wait);
  expect(found.map((i) => [i.name, i.port, i.osOwner, i.majorVersion, i.supported])).toEqual([
    ['guide-db', 5432, 'postgres', 15, true],
    ['volume-db', 5433, 'postgres', 15, true],
    ['bound-db', 5434, 'www-data', 15, true],
  ]);
  expect(found[0]).toMatchObject({ kind: 'docker', running: true, inRecovery: false });
  expect(found[0]?.sizeBytes).toBeGreaterThan(1_000_000);
});

test('a stopped container is found', async () => {
  await docker('stop', '-t', '30', 'volume-db');
  expect(await find('volume-db')).toMatchObject({ running: false, supported: false, majorVersion: 15 });
  await docker('start', 'volume-db');
});

test("the guide's own compose file is found with the mistake that keeps it from starting", async () => {
  const broken = COMPOSE.replaceAll('guide-db', 'as-written')
    .replace('5432:5432', '5440:5432')
    .replace('hba_file=', 'config_file=/etc/postgresql/postgresql.conf -c hba_file=');
  const host = lab.host('db1');
  await host.writeFile('/srv/as-written/docker-compose.yml', broken);
  await host.writeFile('/srv/as-written/pg_hba_replication.conf', HBA);
  const itself = ['docker-compose', '-f', '/srv/as-written/docker-compose.yml'] as const;
  await host.require([...itself, 'up', '-d']);
  const named = await until(
    'the mistake is named',
    async () => {
      const found = await find('as-written');
      return !found.running && found.reason?.en.includes('config_file') === true ? found : null;
    },
    { everyMs: 500 },
  );
  expect(named).toMatchObject({ supported: false });
  await host.require([...itself, 'down', '-v']);
});

test('the superuser that the image was given is found, and leaves no refusal in the log', async () => {
  const { runtime } = await place('guide-db');
  expect(await runtime.superuserSql('SELECT current_user', {}, wait)).toEqual([['mgr_user']]);
  expect(await runtime.isAcceptingConnections(wait)).toBe(true);
  expect(await runtime.readLogTail(200, wait)).not.toContain('FATAL:  role');
});

test.each(['fast', 'immediate', 'kill'] as const)(
  'a stop (%s) of a container that always restarts holds, and its policy is as it was',
  async (mode) => {
    const { runtime } = await place('guide-db');
    await runtime.stop({ ...wait, mode });
    expect(await runtime.stopState(wait)).toBe(mode === 'fast' ? 'stopped-cleanly' : 'stopped-uncleanly');
    // Docker decides at the end of the process whether it starts it again.
    const format = '{{.State.Status}} {{.RestartCount}} {{.HostConfig.RestartPolicy.Name}}';
    expect((await docker('inspect', '-f', format, 'guide-db')).stdout.trim()).toBe('exited 0 always');
    await runtime.start(wait);
  },
);

test('a fenced container stays down when the engine restarts, and gets its own policy back', async () => {
  const { runtime } = await place('volume-db');
  expect(await runtime.autostart(wait)).toBe('on');
  await runtime.stop({ ...wait, mode: 'fast' });
  await runtime.setAutostart(false, wait);
  await runtime.setAutostart(false, wait);
  await lab.host('db1').require(['systemctl', 'restart', 'docker']);
  expect(await runtime.autostart(wait)).toBe('taken');
  expect(await runtime.stopState(wait)).toBe('stopped-cleanly');
  await runtime.setAutostart(true, wait);
  const format = '{{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}';
  expect((await docker('inspect', '-f', format, 'volume-db')).stdout.trim()).toBe('on-failure:3');
  await runtime.start(wait);
});

test('compose up leaves a fenced container as it is, apart from starting it', async () => {
  const { runtime } = await place('guide-db');
  const idOf = async () => (await docker('inspect', '-f', '{{.Id}}', 'guide-db')).stdout;
  const before = await idOf();
  await runtime.stop({ ...wait, mode: 'fast' });
  await runtime.setAutostart(false, wait);
  await compose('up', '-d');
  expect(await idOf()).toBe(before);
  expect(await runtime.autostart(wait)).toBe('taken');
  await runtime.setAutostart(true, wait);
  await runtime.start(wait);
});

test('a second container on the same files counts as a running server', async () => {
  const { runtime } = await place('volume-db');
  await runtime.stop({ ...wait, mode: 'fast' });
  await docker('run', '-d', '--name', 'intruder', '--network', 'none', '-v', 'one:/elsewhere', '--entrypoint', 'sleep', 'postgres:15', '600'); // prettier-ignore
  expect(await runtime.stopState(wait)).toBe('running');
  await docker('rm', '-f', 'intruder');
  expect(await runtime.stopState(wait)).toBe('stopped-cleanly');
  await runtime.start(wait);
});

test('a start never makes a new cluster in a directory that lost its own', async () => {
  const { runtime, place: at } = await place('bound-db');
  await runtime.stop({ ...wait, mode: 'fast' });
  const files = createHostFiles(at.act, 'www-data');
  const data = '/var/lib/postgresql/data';
  await files.move(`${data}/PG_VERSION`, `${data}/gone`, wait);
  expect(await codeOf(runtime.start(wait))).toBe('COMMAND_FAILED');
  await files.move(`${data}/gone`, `${data}/PG_VERSION`, wait);
  await runtime.start(wait);
});

test('recovery after a kill runs in the helper, and leaves a clean stop', async () => {
  const { runtime } = await place('bound-db');
  await runtime.stop({ ...wait, mode: 'kill' });
  await runtime.recover(wait);
  expect(await runtime.stopState(wait)).toBe('stopped-cleanly');
  await runtime.start(wait);
  expect(await codeOf(runtime.recover(wait))).toBe('WORLD_CHANGED');
});

test('a file that is mounted alone is rewritten in place, read-only or not, and the server sees it', async () => {
  const { runtime, place: at } = await place('guide-db');
  const files = createHostFiles(at.act, 'postgres');
  const next = Buffer.from(`# by a test\n${HBA}`);
  await files.write('/etc/postgresql/pg_hba.conf', next, { signal, mode: 0o600 });
  expect(await lab.host('db1').readFile('/srv/guide/pg_hba_replication.conf')).toBe(next.toString());
  expect((await docker('exec', 'guide-db', 'cat', '/etc/postgresql/pg_hba.conf')).stdout).toBe(
    next.toString(),
  );
  await runtime.reload(wait);
});

test('a file that an editor replaced on the host is named, and written once the server sees the new one', async () => {
  const { runtime, place: at } = await place('guide-db');
  await runtime.stopState(wait);
  const replace =
    'cp /srv/guide/pg_hba_replication.conf /srv/guide/new && mv /srv/guide/new /srv/guide/pg_hba_replication.conf';
  await lab.host('db1').require(['sh', '-c', replace]);
  const files = createHostFiles(at.act, 'postgres');
  const next = Buffer.from(`# new\n${HBA}`);
  const write = () => files.write('/etc/postgresql/pg_hba.conf', next, { signal, mode: 0o600 });
  expect(await codeOf(write())).toBe('EFFECT_NOT_REACHED');
  await docker('restart', 'guide-db');
  await docker('rm', '-f', 'tandem-tools-guide-db');
  await runtime.start(wait);
  await write();
  await lab.host('db1').require(['sh', '-c', replace]);
  await docker('restart', 'guide-db');
  // The helper is older than the file now.
  await write();
  expect(await lab.host('db1').readFile('/srv/guide/pg_hba_replication.conf')).toBe(next.toString());
});

test('a data directory that is a mount is put aside and replaced from a copy beside it, never under a server', async () => {
  const data = '/var/lib/postgresql/data';
  const [aside, build] = [`${data}.aside`, `${data}.build`];
  for (const name of ['volume-db', 'bound-db']) {
    const { runtime, files } = await place(name);
    expect(await codeOf(files.move(data, aside, wait))).toBe('WORLD_CHANGED');
    await runtime.stop({ ...wait, mode: 'fast' });
    const before = await runtime.controlData(wait);
    await files.move(data, aside, wait);
    expect(await files.list(data, wait)).toEqual([]);
    expect(await runtime.stopState(wait)).toBe('no-cluster');
    expect(await codeOf(files.move(data, aside, wait))).toBe('COMMAND_FAILED');
    await files.move(aside, build, wait);
    await files.move(build, data, wait);
    expect(await files.stat(build, wait)).toBeNull();
    expect(await runtime.controlData(wait)).toEqual(before);
    await runtime.start(wait);
  }
});

test('the helper is made anew where it is gone, and started where the host was restarted', async () => {
  const { runtime } = await place('bound-db');
  await docker('rm', '-f', 'tandem-tools-bound-db');
  expect(await runtime.stopState(wait)).toBe('running');
  await docker('stop', '-t', '1', 'tandem-tools-bound-db');
  expect(await runtime.stopState(wait)).toBe('running');
});
