import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCluster } from '#e2e/lab/containers/create-server-postgres.ts';
import { limitedDiskUnavailable } from '#e2e/lab/containers/limited-disk.ts';
import { sshTarget } from '#e2e/lab/ssh-target.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import { withFence } from '#server/adapters/ssh/with-fence.ts';

const signal = new AbortController().signal;
const wait = { signal, timeoutMs: 20_000 };

/** Why hosts have no disks of limited size here. */
const noDisk = limitedDiskUnavailable();

let servers: ServerLab;
let connections: SshHostConnections;

beforeAll(async () => {
  const startedAt = performance.now();
  servers = await startServers([
    { name: 'db1', ...(noDisk === null ? { diskMib: 256 } : {}) },
    { name: 'db2', language: 'de', docker: true },
  ]);
  process.stdout.write(`two servers in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`);
  connections = new SshHostConnections();
});
afterAll(async () => {
  await connections?.closeAll();
  await servers?.stop();
});

const answersPing = async (from: string, to: string): Promise<boolean> => {
  const { address } = servers.host(to);
  return (await servers.host(from).run(['ping', '-c', '1', '-W', '1', address])).exitCode === 0;
};

describe('practice hosts that are whole servers', () => {
  it('let root and an ordinary user with sudo in, with host keys of their own', async () => {
    const keys = new Set<string>();
    for (const host of servers.hosts) {
      keys.add(await host.hostKeyLine());
      for (const user of ['root', host.user]) {
        const target = await sshTarget(servers, host, { user, serverId: `${host.name}-${user}` });
        const transport = await connections.connect(target, { signal });
        const { stdout } = await transport.require({ argv: ['id', '-un'] }, wait);
        expect(stdout.trim()).toBe(user);
        const asRoot = await transport.require({ argv: ['id', '-u'], runAs: 'root' }, wait);
        expect(asRoot.stdout.trim()).toBe('0');
      }
    }
    expect(keys.size).toBe(2);
  });

  it('run commands of another user where that one may be, whoever logs in', async () => {
    const host = servers.host('db1');
    await host.require(['chmod', '700', '/home/admin']);
    for (const user of ['root', host.user]) {
      const target = await sshTarget(servers, host, { user, serverId: `${user}-as-postgres` });
      const transport = await connections.connect(target, { signal });
      const fence = {
        stateDirectory: '/var/lib/tandem',
        stateOwner: 'root',
        resource: 'practice',
        token: 1n,
      };
      for (const way of [transport, withFence(transport, fence)]) {
        const argv = ['find', '/tmp', '-maxdepth', '0'] as const;
        expect((await way.require({ argv, runAs: 'postgres' }, wait)).stdout).toBe('/tmp\n');
      }
    }
  });

  it('speak German where they were asked to', async () => {
    const german = { as: 'root', env: { LC_ALL: '', LANG: 'de_DE.UTF-8', LANGUAGE: 'de' } };
    const answer = await servers.host('db2').run(['/usr/lib/postgresql/15/bin/pg_ctl', 'nonsense'], {
      ...german,
      as: 'postgres',
    });
    expect(answer.stderr).toContain('unbekannter Operationsmodus');
  });

  it('run containers on an engine of their own', async () => {
    const host = servers.host('db2');
    await until(
      'the engine of the host answers',
      async () => (await host.run(['docker', 'version'])).exitCode === 0,
    );
    const driver = await host.require(['docker', 'info', '--format', '{{.Driver}}']);
    expect(driver.stdout.trim()).toBe('overlay2');
  });

  it('drop packets in one direction or both, and come back', async () => {
    const { cable } = servers.host('db1');
    expect(await answersPing('db2', 'db1')).toBe(true);
    for (const direction of ['incoming', 'outgoing', 'both'] as const) {
      await cable.cut(direction);
      expect(await answersPing('db2', 'db1')).toBe(false);
      await cable.mend();
      expect(await answersPing('db2', 'db1')).toBe(true);
    }
    await cable.unplug();
    expect(await answersPing('db2', 'db1')).toBe(false);
    await cable.plug();
    await until('the plug is back', () => answersPing('db2', 'db1'));
  });

  it('send slowly when told to', async () => {
    const { cable, address } = servers.host('db1');
    await cable.slow(2_000);
    const { stdout } = await servers.host('db1').require(['tc', 'qdisc', 'show', 'dev', 'eth0']);
    expect(stdout).toContain('tbf');
    await cable.mendSpeed();
    expect(address).toMatch(/^10\.78\./);
  });

  it('stand still and go on', async () => {
    const host = servers.host('db1');
    await host.freeze();
    // The kernel answers for it, no program does.
    expect(await answersPing('db2', 'db1')).toBe(true);
    expect((await host.run(['true'])).exitCode).not.toBe(0);
    await host.thaw();
    await host.require(['true']);
  });

  it.skipIf(noDisk !== null)(
    `run out of disk space, and go on when there is some (${noDisk ?? 'ext4'})`,
    async () => {
      const host = servers.host('db1');
      const server = await createCluster(host);
      await server.start();
      await server.sql('CREATE TABLE filled (text text)');
      await host.fillDisk();
      const insert = 'INSERT INTO filled SELECT repeat(md5(n::text), 200) FROM generate_series(1, 20000) n';
      await expect(server.sql(insert)).rejects.toThrow('No space left on device');
      await host.freeDisk();
      await server.stop();
      await server.start();
      await server.sql('INSERT INTO filled VALUES (1)');
    },
  );

  it('keep their files and their address over a reboot and a loss of power', async () => {
    const host = servers.host('db1');
    const boots = async () => (await host.readFile('/proc/1/stat')).split(' ')[21];
    await host.writeFile('/srv/kept', 'kept');
    const first = await boots();
    await host.reboot();
    expect(await boots()).not.toBe(first);
    await host.losePower();
    await host.powerOn();
    expect(await host.readFile('/srv/kept')).toBe('kept');
    await until('the host answers', () => answersPing('db2', 'db1'));
    const transport = await connections.connect(await sshTarget(servers, host, { serverId: 'db1-after' }), {
      signal,
    });
    await transport.require({ argv: ['true'] }, wait);
  });
});
