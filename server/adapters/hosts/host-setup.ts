import { AppError } from '#server/errors/app-error.ts';
import type { DirectoryState, PackageState } from '#server/domain/host-wish.ts';
import type { HostSetup } from '#server/ports/host-setup.ts';
import type { HostTransport, RunResult } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { mayActAs } from '../runtimes/on-host/as-root.ts';
import { HostJobs } from '../runtimes/on-host/host-job.ts';
import { createFirewallControl } from './firewall-control.ts';
import { openpgpFingerprints } from './openpgp-fingerprint.ts';
import {
  CLUSTERS,
  DIRECTORIES,
  DOCKER,
  FETCH,
  INSTALL,
  MAKE_DIRECTORY,
  PACKAGES,
  SYSTEM,
} from './host-setup-scripts.ts';

/** Acts as root; long work as jobs of the host, so that a lost connection breaks no package apart. */
export function createHostSetup({ read, act }: { read: HostTransport; act: HostTransport }): HostSetup {
  const look = (script: string, args: readonly string[], o: Wait): Promise<RunResult> =>
    read.require({ argv: ['sh', '-c', script, 'sh', ...args], runAs: 'root' }, o);
  const change = async (argv: readonly [string, ...string[]], o: Wait): Promise<void> => {
    await act.require({ argv, runAs: 'root' }, o);
  };
  const jobs = { look: new HostJobs(read, 'root'), act: new HostJobs(act, 'root') };
  return {
    system: (o) => lookAtSystem(read, o),
    addressOf: async (name, o) => {
      const script = 'getent ahosts -- "$1" | head -n 1 | cut -d " " -f 1';
      return (await look(script, [name], o)).stdout.trim() || null;
    },
    packages: async (names, o) =>
      names.length === 0 ? new Map() : parsePackages((await look(PACKAGES, names, o)).stdout),
    clusters: async (o) => Number((await look(CLUSTERS, [], o)).stdout.trim()),
    docker: async (o) => {
      const [engine = '', compose = '', enabled = ''] = (await look(DOCKER, [], o)).stdout.split('\n');
      return { engine: engine || null, compose: compose || null, enabled: enabled === 'enabled' };
    },
    account: async (name, o) => {
      const script = 'getent passwd -- "$1" || exit 0; id -nG -- "$1"';
      const [entry = '', groups = ''] = (await look(script, [name], o)).stdout.split('\n');
      if (entry === '') return null;
      return { home: entry.split(':')[5] ?? '', groups: groups.split(' ').filter((one) => one !== '') };
    },
    directories: async (paths, o) =>
      paths.length === 0 ? new Map() : parseDirectories((await look(DIRECTORIES, paths, o)).stdout, paths),
    readFile: async (path, o) =>
      (await read.readFile(path, { signal: o.signal, runAs: 'root' }))?.toString('utf8') ?? null,
    writeFile: async (path, text, o) => {
      if (text === null) return change(['rm', '-f', '--', path], o);
      await change(['mkdir', '-p', '--', path.slice(0, path.lastIndexOf('/'))], o);
      await act.writeFileAtomic(path, Buffer.from(text), { mode: 0o644, owner: 'root', signal: o.signal });
    },
    fetchKey: async (url, fingerprint, o) => {
      const { stdout } = await look(FETCH, [url], o);
      return requireKey(stdout, url, fingerprint);
    },
    startInstall: (job, choices, repair, o) => {
      const words = choices.map((names) => names.join(' '));
      return jobs.act.start(job, ['sh', '-c', INSTALL, 'sh', repair ? 'repair' : '', ...words], {}, o);
    },
    installState: (job, fromByte, o) => jobs.look.state(job, fromByte, o),
    ...changesOf(change),
    ...createFirewallControl({ read, act }),
  };
}

type Change = (argv: readonly [string, ...string[]], o: Wait) => Promise<void>;
type Changes = Pick<
  HostSetup,
  'setDockerService' | 'addAccount' | 'removeAccount' | 'setMember' | 'makeDirectory' | 'removeDirectory'
>;

/** What one command does. */
function changesOf(change: Change): Changes {
  return {
    // Its socket would start it again with the first look.
    setDockerService: (running, o) =>
      change(
        running
          ? ['systemctl', 'enable', '--now', 'docker.service']
          : ['systemctl', 'disable', '--now', 'docker.socket', 'docker.service'],
        o,
      ),
    addAccount: (name, o) =>
      change(
        [
          'useradd',
          '--no-create-home',
          '--home-dir',
          `/home/${name}`,
          '--user-group',
          '--shell',
          '/bin/bash',
          name,
        ],
        o,
      ),
    removeAccount: (name, o) => change(['userdel', name], o),
    setMember: (name, group, member, o) =>
      change(member ? ['usermod', '-aG', group, name] : ['gpasswd', '-d', name, group], o),
    makeDirectory: ({ path, owner, group = '', mode }, o) =>
      change(['sh', '-c', MAKE_DIRECTORY, 'sh', path, `${owner}:${group}`, mode], o),
    removeDirectory: (path, o) => change(['sh', '-c', '[ ! -e "$1" ] || rmdir -- "$1"', 'sh', path], o),
  };
}

async function lookAtSystem(read: HostTransport, o: Wait): ReturnType<HostSetup['system']> {
  const root = await mayActAs(read, 'root', o);
  const command = { argv: ['sh', '-c', SYSTEM, 'sh'] as const, ...(root ? { runAs: 'root' } : {}) };
  const { stdout } = await read.require(command, o);
  const [id = '', codename = '', architecture = '', apt = '', heldBy = ''] = stdout.split('\n');
  return { root, id, codename, architecture, apt: apt === 'apt', packagesHeldBy: heldBy || null };
}

function parsePackages(stdout: string): Map<string, PackageState> {
  const rows = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    rows.map((line) => {
      const [name = '', installed = '', candidate = ''] = line.split('\t');
      const known = candidate !== '' && candidate !== '(none)';
      return [name, { installed: installed || null, candidate: known ? candidate : null }];
    }),
  );
}

function parseDirectories(stdout: string, paths: readonly string[]): Map<string, DirectoryState | null> {
  const rows = stdout.split('\n');
  return new Map(
    paths.map((path, i) => {
      const [kind = '', mode = '', owner = '', group = '', empty = ''] = (rows[i] ?? '').split('\t');
      if (kind === 'absent') return [path, null];
      return [
        path,
        { kind: kind === 'directory' ? 'directory' : 'other', mode, owner, group, empty: empty === 'empty' },
      ];
    }),
  );
}

function requireKey(text: string, url: string, fingerprint: string): string {
  const found = openpgpFingerprints(text);
  if (found.length === 1 && found[0] === fingerprint) return text;
  throw new AppError('KEY_NOT_TRUSTED', {
    message: `what ${url} gave is not the key that signs this repository`,
    detail: `wanted ${fingerprint}, got ${found.join(', ') || 'no key'}`,
    hint: 'Nothing was installed. Somebody may stand between the server and the internet; take the packages of the distribution.',
    data: { url },
  });
}
