import { mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPrimary } from './create-primary.ts';
import type { PrimaryOptions } from './primary-options.ts';
import { createReplicatingPair, type LabPair } from './create-replicating-pair.ts';
import { LAB_BIN_DIRECTORY, type LabPostgres } from './lab-postgres.ts';
import { labKind } from '#e2e/lab/lab-kind.ts';
import { claimLoopback, createNetwork, cutUnavailableReason, type LabNetwork } from './lab-network.ts';
import { LabHost, type LabHostOptions } from './lab-host.ts';
import { hasUsersOfItsOwn, LoopbackHost } from './loopback-host.ts';
import { NamespaceHost } from './namespace-host.ts';
import { removeStaleLab, writeLabState } from './lab-state.ts';
import { requireProgram, runProgram } from './run-program.ts';

export interface LabOptions {
  /** Directory of this lab; its `hosts` folder is removed at start and end. */
  dir: string;
  hosts: readonly LabHostOptions[];
  /** Where data directories are kept between runs; default `.lab/cache` of the project. */
  cacheDir?: string;
}

/** Practice hosts on a network of their own, reachable from this machine. */
export interface Lab {
  dir: string;
  network: LabNetwork;
  hosts: readonly LabHost[];
  host(name: string): LabHost;
  /** A running primary on a host; seconds the first time, a copy later. */
  createPrimary(hostName: string, o?: PrimaryOptions): Promise<LabPostgres>;
  /** A pair that streams already, as somebody set it up by hand. */
  createReplicatingPair(primaryHost: string, standbyHost: string, o?: PrimaryOptions): Promise<LabPair>;
  /** A key pair that every host accepts for its login user. */
  loginKey: { privateKey: string; publicLine: string };
  /** Faults that are not possible on this machine, with the reason; tests skip and count them. */
  unavailable: { cutNetwork: string | null };
  /** Ends every process and removes every file, namespace and bridge of the lab. */
  stop(): Promise<void>;
}

const DEFAULT_PORT = 5432;
const HOSTS_PER_NETWORK = 16;
const DEFAULT_CACHE = fileURLToPath(new URL('../../../.lab/cache', import.meta.url));

/** What is missing on this machine to run practice hosts, as one command to type; null when nothing is. */
export async function missingForLab(): Promise<string | null> {
  const programs: Record<string, string> = {
    '/usr/sbin/sshd': 'openssh-server',
    'ssh-keygen': 'openssh-client',
    ip: 'iproute2',
    unshare: 'util-linux',
    [`${LAB_BIN_DIRECTORY}/postgres`]: 'postgresql',
  };
  const packages: string[] = [];
  for (const [program, name] of Object.entries(programs)) {
    const found = await runProgram(['sh', '-c', 'command -v "$1"', 'sh', program]);
    if (found.exitCode !== 0) packages.push(name);
  }
  if (labKind() === 'loopback' && !(await hasUsersOfItsOwn())) packages.push('libnss-wrapper');
  return packages.length === 0 ? null : `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** Boots practice hosts in a second or two. Needs root. Never touches the machine's own PostgreSQL or sshd. */
export async function startLab(o: LabOptions): Promise<Lab> {
  const missing = await missingForLab();
  if (missing !== null) throw new Error(`cannot start practice hosts: ${missing}`);
  const dir = path.resolve(o.dir);
  await mkdir(dir, { recursive: true });
  await removeStaleLab(dir);
  const network = labKind() === 'loopback' ? await claimLoopback() : await createNetwork();
  // What a killed lab of this number left.
  if (network.bridge === null) await rm(loopbackFolder(network), { recursive: true, force: true });
  const hosts = o.hosts.map((options, index) => makeHost(dir, network, index, options));
  const stop = async () => {
    await Promise.all(hosts.map((host) => host.powerOff()));
    if (network.bridge === null) await rm(loopbackFolder(network), { recursive: true, force: true });
    await network.release();
    await removeStaleLab(dir);
  };
  try {
    await writeLabState(dir, network.bridge);
    const loginKey = await makeLoginKey(dir);
    const names = new Map(hosts.map((host) => [host.name, host.address]));
    await Promise.all(hosts.map((host) => host.boot(names)));
    await Promise.all(hosts.map((host) => host.authorizeKey(loginKey.publicLine)));
    const host = (name: string) => {
      const found = hosts.find((one) => one.name === name);
      if (found === undefined) throw new Error(`no practice host ${name}`);
      return found;
    };
    const cacheDir = path.resolve(o.cacheDir ?? DEFAULT_CACHE);
    return {
      dir,
      network,
      hosts,
      host,
      createPrimary: (name, options) => createPrimary(host(name), cacheDir, options),
      createReplicatingPair: (primary, standby, options) =>
        createReplicatingPair(host(primary), host(standby), cacheDir, options),
      loginKey,
      unavailable: { cutNetwork: await cutUnavailableReason() },
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function makeHost(dir: string, network: LabNetwork, index: number, options: LabHostOptions): LabHost {
  const { name, sudo = 'none', diskMib = 0 } = options;
  const address = network.address(index);
  if (labKind() === 'namespaces') {
    const root = path.join(dir, 'hosts', name);
    const isolation = new NamespaceHost({ name, root, network, index, sudo, diskMib });
    return new LabHost({ options, address, postgresPort: DEFAULT_PORT, isolation });
  }
  if (sudo !== 'none' || diskMib > 0)
    throw new Error(`${name}: no sudo and no disk of its own on a loopback address`);
  // They share one network: a port belongs to one host of one lab.
  const postgresPort = DEFAULT_PORT + network.number * HOSTS_PER_NETWORK + index;
  const root = path.join(loopbackFolder(network), name);
  return new LabHost({
    options,
    address,
    postgresPort,
    isolation: new LoopbackHost({ name, root, address }),
  });
}

/**
 * Every user may reach it, unlike root's home, and the path of a socket in it stays under 108 bytes.
 * It belongs to the number that the lab has claimed.
 */
function loopbackFolder(network: LabNetwork): string {
  return path.join(tmpdir(), `tandem-loopback-${network.number}`);
}

async function makeLoginKey(dir: string): Promise<Lab['loginKey']> {
  const file = path.join(dir, 'login-key');
  await rm(file, { force: true });
  await rm(`${file}.pub`, { force: true });
  const options = ['-q', '-t', 'ed25519', '-N', '', '-C', 'practice-hosts', '-f', file];
  await requireProgram(['ssh-keygen', ...options], { elevated: false });
  return {
    privateKey: await readFile(file, 'utf8'),
    publicLine: (await readFile(`${file}.pub`, 'utf8')).trim(),
  };
}
