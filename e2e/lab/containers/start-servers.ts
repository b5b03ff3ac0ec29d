import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTicks } from '#e2e/lab/processes/lab-state.ts';
import { requireProgram } from '#e2e/lab/processes/run-program.ts';
import { startContainerEngine, type ContainerEngine } from './container-engine.ts';
import { ensureImage } from './container-image.ts';
import type { DebianSuite } from './debian-suite.ts';
import { makeLimitedDisk, removeStaleDisks, type LimitedDisk } from './limited-disk.ts';
import { suiteOf, type ServerOptions } from './run-arguments.ts';
import { ServerHost } from './server-host.ts';
import { createServerNetwork } from './server-network.ts';

const HOST_IMAGE = fileURLToPath(new URL('./host-image', import.meta.url));
/** Whose a container or a network is: a process number and its start, so that leftovers are told apart. */
const OWNER_LABEL = 'tandem.practice';

/**
 * Practice hosts that are whole servers, each a container with systemd, sshd and its own Docker engine:
 *
 *     const servers = await startServers([{ name: 'db1' }, { name: 'db2', language: 'de', docker: true }]);
 *     await servers.host('db1').require(['systemctl', 'status'], { as: 'root' });
 *     await servers.host('db2').loadImage(await ensureImage(servers.engine, 'postgres', folder));
 *     await servers.stop();
 *
 * `losePower` / `powerOn`, `reboot`, `freeze` / `thaw` are faults of a host, `cable` has those of its
 * connection. `loginKey` opens root's and admin's account. `sshTarget` is how Tandem reaches a host.
 */
export interface ServerLab {
  engine: ContainerEngine;
  hosts: readonly ServerHost[];
  host(name: string): ServerHost;
  loginKey: { privateKey: string; publicLine: string };
  /** Removes hosts and network and lets go of the engine. */
  stop(): Promise<void>;
}

export const ensureHostImage = (engine: ContainerEngine, suite: DebianSuite): Promise<string> =>
  ensureImage(engine, 'host', HOST_IMAGE, suite);

/** Boots servers; some seconds when the image is there, some minutes the first time. */
export async function startServers(options: readonly ServerOptions[]): Promise<ServerLab> {
  const engine = await startContainerEngine();
  const lab = `tandem-${randomBytes(3).toString('hex')}`;
  const labels = { [OWNER_LABEL]: `${process.pid}:${(await startTicks(process.pid)) ?? ''}` };
  const hosts: ServerHost[] = [];
  const disks: LimitedDisk[] = [];
  let removeNetwork = () => Promise.resolve();
  const stop = async () => {
    await Promise.all(hosts.map((host) => host.remove()));
    await Promise.all(disks.map((disk) => disk.remove()));
    await removeNetwork();
    await engine.stop();
  };
  try {
    await removeStale(engine);
    await removeStaleDisks();
    const network = await createServerNetwork(engine, lab, labels);
    removeNetwork = network.remove;
    const loginKey = await makeLoginKey();
    const addresses = new Map(options.map((o, index) => [o.name, network.address(index)]));
    const hostsOf = { network: lab, gateway: network.gateway, hosts: addresses, labels };
    for (const wanted of options) {
      const container = `${lab}-${wanted.name}`;
      const disk = wanted.diskMib === undefined ? null : await makeLimitedDisk(container, wanted.diskMib);
      if (disk !== null) disks.push(disk);
      const address = addresses.get(wanted.name) ?? '';
      const image = await ensureHostImage(engine, suiteOf(wanted));
      const place = { ...hostsOf, image, container, volume: container, address, disk: disk?.folder ?? null };
      hosts.push(new ServerHost(engine, place, wanted));
    }
    await Promise.all(hosts.map((host) => host.create(loginKey.publicLine)));
    const host = (name: string) => {
      const found = hosts.find((one) => one.name === name);
      if (found === undefined) throw new Error(`no practice server ${name}`);
      return found;
    };
    return { engine, hosts, host, loginKey, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** What labs left whose processes were killed while others used the engine. */
async function removeStale(engine: ContainerEngine): Promise<void> {
  const format = `{{.ID}} {{.Label "${OWNER_LABEL}"}}`;
  const filter = ['--filter', `label=${OWNER_LABEL}`, '--format', format] as const;
  for (const [list, remove] of [
    [
      ['ps', '-a', ...filter],
      ['rm', '-fv'],
    ],
    [
      ['network', 'ls', ...filter],
      ['network', 'rm'],
    ],
  ] as const) {
    const { stdout } = await engine.require(list);
    for (const line of stdout.split('\n').filter((text) => text !== '')) {
      const [id = '', owner = ''] = line.split(' ');
      const [pid = '', ticks = ''] = owner.split(':');
      if ((await startTicks(Number(pid))) !== ticks) await engine.run([...remove, id]);
    }
  }
}

async function makeLoginKey(): Promise<ServerLab['loginKey']> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tandem-key-'));
  try {
    const file = path.join(folder, 'key');
    const options = ['-q', '-t', 'ed25519', '-N', '', '-C', 'practice-servers', '-f', file];
    await requireProgram(['ssh-keygen', ...options], { elevated: false });
    return {
      privateKey: await readFile(file, 'utf8'),
      publicLine: (await readFile(`${file}.pub`, 'utf8')).trim(),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
