import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADA, startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { addPackageRepository } from '#e2e/lab/containers/package-repository.ts';
import type { ServerHost } from '#e2e/lab/containers/server-host.ts';
import { sshTarget } from '#e2e/lab/ssh-target.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { until } from '#e2e/lab/processes/until.ts';
import { createHostSetup } from '#server/adapters/hosts/host-setup.ts';
import { SshHostConnections } from '#server/adapters/ssh/ssh-host-connections.ts';
import type { OperationView } from '#server/domain/operation-view.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { HostSetup } from '#server/ports/host-setup.ts';
import type { HostWishRequest, PlanAnswer } from '#server/services/services.ts';
import { hostSetupContract } from '#server/testing/contract/host-setup.contract.ts';

const NOTHING: HostWishRequest = {
  postgresql: null,
  docker: null,
  account: null,
  directories: [],
  firewall: null,
};
const INSTALL_MS = 240_000;
/** A chain that lets in SSH alone, as many servers have it. */
const NFTABLES = `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iifname lo accept
    tcp dport 22 accept
  }
}
`;

let servers: ServerLab;
let tandem: TestTandem;
let ids: Record<'db1' | 'db2', string>;
const connections = new SshHostConnections();
let setup: HostSetup;

const sh = (host: ServerHost, script: string): Promise<string> =>
  host.require(['sh', '-c', script], { timeoutMs: INSTALL_MS }).then((r) => r.stdout.trim());

beforeAll(async () => {
  [servers, tandem] = await Promise.all([startServers([{ name: 'db1' }, { name: 'db2' }]), startTandem()]);
  const db2 = servers.host('db2');
  await addPackageRepository(servers.engine, db2);
  const purge =
    'DEBIAN_FRONTEND=noninteractive apt-get purge -y -q postgresql-15 postgresql-client-15 postgresql-common postgresql-client-common docker.io containerd runc docker-compose';
  await sh(db2, `${purge} && rm -rf /etc/postgresql-common /etc/postgresql`);
  await tandem.startWorker();
  ids = { db1: await tandem.addServer(servers, 'db1'), db2: await tandem.addServer(servers, 'db2') };
  const target = await sshTarget(servers, db2, { serverId: 'contract' });
  const transport = await connections.connect(target, { signal: new AbortController().signal });
  setup = createHostSetup({ read: transport, act: transport });
});
afterAll(async () => {
  await connections.closeAll();
  await tandem?.stop();
  await servers?.stop();
});

let visits = 0;
async function planFor(
  name: 'db1' | 'db2',
  wish: Partial<HostWishRequest>,
): Promise<{ plan: Plan; planId: string }> {
  visits += 1;
  const key = `visit-${visits}`;
  let answer: PlanAnswer | undefined;
  await until('the plan is made', async () => {
    answer = await tandem.services.preparations.plan(ids[name], { ...NOTHING, ...wish }, key, ADA);
    return answer.state !== 'making';
  });
  if (answer?.state !== 'ready') throw new Error(`no plan: ${JSON.stringify(answer, null, 1)}`);
  return answer;
}

async function prepare(
  name: 'db1' | 'db2',
  wish: Partial<HostWishRequest>,
  before: () => Promise<unknown> = () => Promise.resolve(),
): Promise<{ plan: Plan; run: OperationView }> {
  const { plan, planId } = await planFor(name, wish);
  await before();
  const request = { serverId: ids[name], planId, planHash: plan.hash };
  const run = await tandem.finished(await tandem.services.preparations.start(request, ADA), INSTALL_MS);
  return { plan, run };
}

const names = (plan: Plan): string[] => plan.steps.map((step) => step.name);

/** Whether `from` comes through to a port of `to` on which something listens. */
async function reaches(from: ServerHost, to: ServerHost, port: number): Promise<boolean> {
  const script = 'exec timeout 2 bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null';
  return (await from.run(['bash', '-c', script, 'bash', to.address, String(port)])).exitCode === 0;
}

const listen = (host: ServerHost, port: number): Promise<string> =>
  sh(
    host,
    `systemd-run -q --unit=practice-listener-${port} perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalPort => ${port}, Listen => 5, ReuseAddr => 1) or die; while (my $c = $s->accept) { close $c }'`,
  );

hostSetupContract('a Debian server', () => ({ setup, installed: 'openssh-server' }));

describe('an empty Debian server', () => {
  const wish = (): Partial<HostWishRequest> => ({
    postgresql: { majorVersion: 15, source: 'distribution' },
    docker: { source: 'distribution' },
    account: { name: 'mgserver', dockerGroup: true },
    directories: [{ path: '/home/mgserver/mgserver', owner: 'mgserver', mode: '0750' }],
    firewall: { port: 5432, serverId: ids.db1, address: null },
  });

  it('names who installs packages just now, and installs nothing beside that', async () => {
    const db2 = servers.host('db2');
    const hold =
      'import fcntl, time; f = open("/var/lib/dpkg/lock-frontend", "a"); fcntl.lockf(f, fcntl.LOCK_EX); time.sleep(600)';
    await sh(db2, `systemd-run -q --unit=busy python3 -c '${hold}'`);
    await until('the lock is held', async () => (await sh(db2, 'grep -c WRITE /proc/locks || true')) !== '0');
    const { plan } = await planFor('db2', { postgresql: { majorVersion: 15, source: 'distribution' } });
    expect(plan.gates.find((gate) => gate.code === 'packages-are-idle')).toMatchObject({
      state: 'blocking',
      detail: { en: expect.stringMatching(/^python3\S* \(\d+\) holds the lock$/) },
    });
    await sh(db2, 'systemctl stop busy');
  });

  it('gets PostgreSQL without a cluster, Docker, an account, its directories, and ufw opened for one address', async () => {
    const [db1, db2] = [servers.host('db1'), servers.host('db2')];
    await sh(
      db2,
      'apt-get update -q && apt-get install -y -q --no-install-recommends ufw && ufw allow 22/tcp && ufw --force enable',
    );
    await listen(db2, 5432);
    expect(await reaches(db1, db2, 5432)).toBe(false);
    const { plan, run } = await prepare('db2', wish());
    expect(names(plan)).toEqual([
      'host-fits',
      'keep-main-cluster-away',
      'install-packages',
      'start-docker',
      'add-account',
      'make-directories',
      'join-docker-group',
      'open-firewall',
    ]);
    expect(run).toMatchObject({ status: 'succeeded', problem: null });
    expect(await sh(db2, 'pg_lsclusters -h | wc -l; ls /usr/lib/postgresql/15/bin/postgres')).toBe(
      '0\n/usr/lib/postgresql/15/bin/postgres',
    );
    expect(
      await sh(db2, 'docker version --format "{{.Server.Version}}" && docker-compose version --short'),
    ).toMatch(/^\d/);
    expect(await sh(db2, 'id -nG mgserver; stat -c "%U %a" /home/mgserver /home/mgserver/mgserver')).toBe(
      'mgserver docker\nmgserver 750\nmgserver 750',
    );
    expect(await sh(db2, 'ufw status')).toContain(`# tandem-allow-5432-from-${db1.address}`);
    expect(await reaches(db1, db2, 5432)).toBe(true);
  });

  it('needs nothing more the second time', async () => {
    const { plan, run } = await prepare('db2', wish());
    expect(names(plan)).toEqual(['host-fits']);
    expect(run.status).toBe('succeeded');
  });

  it('is as before, packages aside, when a later step fails', async () => {
    const db2 = servers.host('db2');
    const look =
      'getent passwd | sort; find /home /srv -maxdepth 3 -not -path "/srv/packages/*" -printf "%p %u %m\\n" | sort; ufw show added';
    const before = await sh(db2, look);
    const { run } = await prepare(
      'db2',
      {
        account: { name: 'second', dockerGroup: true },
        directories: [{ path: '/srv/second/data/deep', owner: 'second', mode: '0700' }],
        firewall: { port: 5433, serverId: ids.db1, address: null },
      },
      () =>
        sh(
          db2,
          `printf '#!/bin/sh\\nif [ "$1" = prepend ]; then exit 1; fi; exec /usr/sbin/ufw "$@"\\n' > /usr/local/sbin/ufw; chmod 755 /usr/local/sbin/ufw`,
        ),
    );
    await sh(db2, 'rm /usr/local/sbin/ufw');
    expect(run).toMatchObject({ status: 'undone', problem: { code: 'COMMAND_FAILED' } });
    expect(await sh(db2, look)).toBe(before);
  });

  it('leaves a directory with files of somebody else alone', async () => {
    await sh(servers.host('db2'), 'mkdir -p /srv/theirs && touch /srv/theirs/file');
    const { plan } = await planFor('db2', {
      directories: [{ path: '/srv/theirs', owner: 'mgserver', mode: '0750' }],
    });
    expect(plan.gates.find((gate) => gate.code === 'directories-fit')?.state).toBe('blocking');
  });
});

describe('nftables with a chain that drops', () => {
  it('lets exactly the other node in, also after a reboot', async () => {
    const [db1, db2] = [servers.host('db1'), servers.host('db2')];
    await db1.writeFile('/etc/nftables.conf', NFTABLES, { mode: '755' });
    await sh(db1, 'systemctl enable -q --now nftables.service');
    await listen(db1, 5433);
    expect(await reaches(db2, db1, 5433)).toBe(false);
    const firewall = { port: 5433, serverId: ids.db2, address: null };
    const { plan, run } = await prepare('db1', { firewall });
    expect(run).toMatchObject({ status: 'succeeded', problem: null });
    const file = plan.steps.flatMap((s) => s.actions).find((a) => a.type === 'file');
    expect(file).toMatchObject({ path: '/etc/nftables.conf', before: NFTABLES });
    expect(file?.type === 'file' ? file.after : '').toBe(await db1.readFile('/etc/nftables.conf'));
    expect(await reaches(db2, db1, 5433)).toBe(true);
    await db1.reboot();
    await listen(db1, 5433);
    await listen(db1, 5434);
    expect(await reaches(db2, db1, 5433)).toBe(true);
    expect(await reaches(db2, db1, 5434)).toBe(false);
  });

  it('says that nothing is active where nothing is', async () => {
    await sh(servers.host('db1'), 'nft flush ruleset; systemctl disable -q nftables.service');
    const { plan } = await planFor('db1', { firewall: { port: 5433, serverId: ids.db2, address: null } });
    expect(names(plan)).toEqual(['host-fits']);
    expect(plan.gates.find((gate) => gate.code === 'firewall-is-known')?.detail.en).toBe(
      'no firewall is active: nothing to do',
    );
  });
});

describe('a port that Docker publishes', () => {
  const PORT = 5440;
  const firewall = () => ({ port: PORT, serverId: ids.db1, address: null });
  const verdict = (plan: Plan) => plan.gates.find((gate) => gate.code === 'firewall-is-known');

  it('goes round ufw: that it is open for everybody is said, and nothing is done', async () => {
    const [db1, db2] = [servers.host('db1'), servers.host('db2')];
    const image =
      'tar -C / -ch usr/bin/perl lib64/ld-linux-x86-64.so.2 usr/lib/x86_64-linux-gnu/perl-base $(ldd /usr/bin/perl | sed -n "s/.*=> \\(\\/[^ ]*\\).*/\\1/p" | sed "s/^.//") | docker import - listener';
    const program = `use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => ${PORT}, Listen => 5) or die; while (my $c = $s->accept) { close $c }`;
    await sh(db2, image);
    await sh(db2, `docker run -d --name listener -p ${PORT}:${PORT} listener /usr/bin/perl -e '${program}'`);
    await until('the published port is open', () => reaches(db1, db2, PORT));
    const { plan } = await planFor('db2', { firewall: firewall() });
    expect(names(plan)).toEqual(['host-fits']);
    expect(verdict(plan)).toMatchObject({
      state: 'warning',
      detail: { en: `Docker publishes ${PORT} (listener) and goes round ufw: open for everybody already` },
    });
  });

  it('is opened for one address in DOCKER-USER where that drops', async () => {
    const [db1, db2] = [servers.host('db1'), servers.host('db2')];
    await sh(db2, `iptables -I DOCKER-USER -i eth0 -p tcp --dport ${PORT} -j DROP`);
    expect(await reaches(db1, db2, PORT)).toBe(false);
    const { plan, run } = await prepare('db2', { firewall: firewall() });
    expect(verdict(plan)?.detail.en).toContain('the rule goes to Docker’s chain DOCKER-USER');
    expect(run).toMatchObject({ status: 'succeeded', problem: null });
    expect(await reaches(db1, db2, PORT)).toBe(true);
    expect(names((await planFor('db2', { firewall: firewall() })).plan)).toEqual(['host-fits']);
  });
});

describe('firewalld', () => {
  it('lets exactly the other node in, also after it reads its files anew', async () => {
    const [db1, db2] = [servers.host('db1'), servers.host('db2')];
    await addPackageRepository(servers.engine, db1);
    await sh(
      db1,
      'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends firewalld && systemctl restart firewalld',
    );
    await until('firewalld runs', async () => (await db1.run(['firewall-cmd', '--state'])).exitCode === 0);
    await listen(db1, 5435);
    expect(await reaches(db2, db1, 5435)).toBe(false);
    const { run } = await prepare('db1', { firewall: { port: 5435, serverId: ids.db2, address: null } });
    expect(run).toMatchObject({ status: 'succeeded', problem: null });
    await sh(db1, 'firewall-cmd --reload');
    expect(await reaches(db2, db1, 5435)).toBe(true);
    expect(await reaches(db2, db1, 5436)).toBe(false);
  });
});
