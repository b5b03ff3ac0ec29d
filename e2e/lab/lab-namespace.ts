import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { LAB_KIND_VARIABLE } from './lab-kind.ts';
import { NAMESPACE_MARK } from './processes/as-root.ts';
import { runProgram } from './processes/run-program.ts';

/** True for an ordinary user who can have a namespace and is not in it yet: practice hosts belong inside. */
export async function belongsInNamespace(): Promise<boolean> {
  const settled = process.getuid?.() === 0 || process.env[NAMESPACE_MARK] === '1';
  if (settled || process.env[LAB_KIND_VARIABLE] === 'loopback') return false;
  return (await missingForNamespace()) === null;
}

/**
 * A user namespace in which this user keeps its own id and has root's rights over networks, mounts
 * and the user's subordinate ids, which become the users of the practice hosts.
 */
function unshareArguments(): string[] {
  const { uid, gid } = userInfo();
  return [
    '--user',
    `--map-user=${uid}`,
    `--map-group=${gid}`,
    '--map-auto',
    '--keep-caps',
    '--net',
    '--mount',
  ];
}

/** What an ordinary user lacks for hosts with networks of their own, as a command; null when nothing does. */
export async function missingForNamespace(): Promise<string | null> {
  const { username } = userInfo();
  const tools = await runProgram(['sh', '-c', 'command -v newuidmap && command -v newgidmap'], {
    elevated: false,
  });
  if (tools.exitCode !== 0) return 'sudo apt-get install -y uidmap';
  const has = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .some((line) => line.startsWith(`${username}:`));
  if (!has('/etc/subuid') || !has('/etc/subgid')) {
    return `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${username}`;
  }
  const trial = await runProgram(['unshare', ...unshareArguments(), 'true'], { elevated: false });
  if (trial.exitCode === 0) return null;
  return `sudo npm run demo   (this kernel gives no user namespaces to ordinary users: ${trial.stderr.trim()})`;
}

/** Runs this Node with other arguments inside the namespace; resolves with its exit code. */
export function runInNamespace(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const inside = 'ip link set lo up && exec "$@"';
  const child = spawn(
    'unshare',
    [...unshareArguments(), 'sh', '-c', inside, 'sh', process.execPath, ...args],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        ...env,
        [NAMESPACE_MARK]: '1',
        PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
      },
    },
  );
  // Ctrl-C reaches the child by itself, as part of the terminal's group.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
