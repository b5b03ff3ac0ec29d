import { readFile, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';

/** Set for everything that runs on a loopback host: its folder. */
export const HOST_MARK = 'TANDEM_LAB_HOST';

interface Process {
  pid: number;
  parent: number;
  commandLine: string;
}

/**
 * Processes of the loopback host in folder `root`: sshd with all that its sessions started, what carries
 * the host's mark in its environment, and what works inside the folder, as PostgreSQL does after it has
 * written its title over its environment.
 */
export async function processesOf(root: string): Promise<number[]> {
  const all = await allProcesses();
  const found = new Set(listenersIn(all, root));
  for (const one of all) if (await belongsTo(one.pid, root)) found.add(one.pid);
  return withDescendants(all, found).filter((pid) => pid !== process.pid);
}

/** sshd of the host and its sessions; the sessions alone when `which` says so. */
export async function sshProcessesOf(root: string, which: 'all' | 'sessions'): Promise<number[]> {
  const all = await allProcesses();
  const listeners = new Set(listenersIn(all, root));
  const isSsh = new Set(all.filter((one) => one.commandLine.startsWith('sshd')).map((one) => one.pid));
  return withDescendants(all, listeners).filter((pid) =>
    listeners.has(pid) === false ? isSsh.has(pid) : which === 'all',
  );
}

/** SIGKILL; a process that has ended meanwhile is none of our concern. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It had ended already.
    }
  }
}

/** Its title names the configuration file; its sessions' titles do not. */
function listenersIn(all: readonly Process[], root: string): number[] {
  const configuration = path.join(root, 'etc/ssh/sshd_config');
  return all
    .filter((one) => one.commandLine.includes('sshd') && one.commandLine.includes(configuration))
    .map((one) => one.pid);
}

function withDescendants(all: readonly Process[], roots: ReadonlySet<number>): number[] {
  const found = new Set(roots);
  for (let grown = true; grown;) {
    grown = false;
    for (const one of all) {
      if (found.has(one.pid) || !found.has(one.parent)) continue;
      found.add(one.pid);
      grown = true;
    }
  }
  return [...found];
}

async function belongsTo(pid: number, root: string): Promise<boolean> {
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
  if (cwd === root || cwd.startsWith(`${root}/`)) return true;
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(`${HOST_MARK}=${root}`);
}

async function allProcesses(): Promise<Process[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const read = pids.map(async (pid): Promise<Process | null> => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    if (stat === null) return null;
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z'
      ? null
      : { pid, parent: Number(parent), commandLine: commandLine.replaceAll('\0', ' ') };
  });
  return (await Promise.all(read)).filter((one) => one !== null);
}
