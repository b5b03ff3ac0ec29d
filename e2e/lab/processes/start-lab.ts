import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createNetwork, cutUnavailableReason, removeNetwork, type LabNetwork } from './lab-network.ts';
import { LabHost, type LabHostOptions } from './lab-host.ts';
import { removeStaleLab, writeLabState } from './lab-state.ts';
import { requireProgram, runProgram } from './run-program.ts';

export interface LabOptions {
  /** Directory of this lab; its `hosts` folder is removed at start and end. */
  dir: string;
  hosts: readonly LabHostOptions[];
}

/** Practice hosts on a network of their own, reachable from this machine. */
export interface Lab {
  dir: string;
  network: LabNetwork;
  hosts: readonly LabHost[];
  host(name: string): LabHost;
  /** A key pair that every host accepts for its login user. */
  loginKey: { privateKey: string; publicLine: string };
  /** Faults that are not possible on this machine, with the reason; tests skip and count them. */
  unavailable: { cutNetwork: string | null };
  /** Ends every process and removes every file, namespace and bridge of the lab. */
  stop(): Promise<void>;
}

/** What is missing on this machine to run practice hosts, as one command to type; null when nothing is. */
export async function missingForLab(): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'practice hosts need root: they are made of network and process namespaces';
  const programs: Record<string, string> = {
    '/usr/sbin/sshd': 'openssh-server',
    'ssh-keygen': 'openssh-client',
    ip: 'iproute2',
    unshare: 'util-linux',
    openssl: 'openssl',
    '/usr/lib/postgresql/15/bin/postgres': 'postgresql-15',
  };
  const packages: string[] = [];
  for (const [program, name] of Object.entries(programs)) {
    const found = await runProgram(['sh', '-c', 'command -v "$1"', 'sh', program]);
    if (found.exitCode !== 0) packages.push(name);
  }
  return packages.length === 0 ? null : `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** Boots practice hosts in a second or two. Needs root. Never touches the machine's own PostgreSQL or sshd. */
export async function startLab(o: LabOptions): Promise<Lab> {
  const missing = await missingForLab();
  if (missing !== null) throw new Error(`cannot start practice hosts: ${missing}`);
  const dir = path.resolve(o.dir);
  await mkdir(dir, { recursive: true });
  await removeStaleLab(dir);
  const network = await createNetwork();
  const hosts = o.hosts.map((options, index) => new LabHost(dir, network, index, options));
  const stop = async () => {
    await Promise.all(hosts.map((host) => host.powerOff()));
    await removeNetwork(network.bridge);
    await removeStaleLab(dir);
  };
  try {
    await writeLabState(dir, network.bridge);
    const loginKey = await makeLoginKey(dir);
    const names = new Map(hosts.map((host) => [host.name, host.address]));
    await Promise.all(hosts.map((host) => host.boot(names)));
    await Promise.all(hosts.map((host) => host.authorizeKey(loginKey.publicLine)));
    return {
      dir,
      network,
      hosts,
      host: (name) => {
        const host = hosts.find((one) => one.name === name);
        if (host === undefined) throw new Error(`no practice host ${name}`);
        return host;
      },
      loginKey,
      unavailable: { cutNetwork: await cutUnavailableReason() },
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function makeLoginKey(dir: string): Promise<Lab['loginKey']> {
  const file = path.join(dir, 'login-key');
  await rm(file, { force: true });
  await rm(`${file}.pub`, { force: true });
  await requireProgram(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'practice-hosts', '-f', file]);
  return { privateKey: await readFile(file, 'utf8'), publicLine: (await readFile(`${file}.pub`, 'utf8')).trim() };
}
