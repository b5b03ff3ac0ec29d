import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTicks } from '#e2e/lab/processes/lab-state.ts';
import { until } from '#e2e/lab/processes/until.ts';

const LAUNCHER = fileURLToPath(new URL('../../../server/launcher/main.ts', import.meta.url));
const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
export const DEFAULT_PORT = 7600;
/** Database, web and worker together; a loaded machine with two cores takes half of it. */
const READY_TIMEOUT_MS = 90_000;

export interface TandemProcess {
  /** Origin for a browser. */
  url: string;
  logFile: string;
  /** Rejects when Tandem ends by itself. */
  ended: Promise<never>;
  stop(): Promise<void>;
}

export interface TandemOptions {
  /** Emptied first: a demo begins with a new installation. */
  stateDirectory: string;
  logFile: string;
  port?: number;
  env?: Readonly<Record<string, string>>;
  /** Ends a start that is under way; what was started is stopped before the rejection. */
  signal: AbortSignal;
}

/** Starts the real launcher with a state directory of its own and resolves when the console answers. */
export async function startTandem(o: TandemOptions): Promise<TandemProcess> {
  await stopLeftOver(o.stateDirectory);
  await rm(o.stateDirectory, { recursive: true, force: true });
  await mkdir(path.dirname(o.logFile), { recursive: true });
  const port = o.port ?? (await freePort(DEFAULT_PORT));
  const healthPort = await freePort(port + 1);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [LAUNCHER], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own group: Ctrl-C reaches this program alone, which then stops Tandem in order.
    detached: true,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      TANDEM_STATE_DIR: o.stateDirectory,
      TANDEM_HOST: '127.0.0.1',
      TANDEM_PORT: String(port),
      TANDEM_URL: url,
      TANDEM_WORKER_HEALTH_PORT: String(healthPort),
      // Whatever the machine's own Tandem uses is not for the demo.
      DATABASE_URL: '',
      TANDEM_MASTER_KEY: '',
      ...o.env,
    },
  });
  const log = createWriteStream(o.logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => {
      void readFile(o.logFile, 'utf8')
        .catch(() => '')
        .then((text) =>
          reject(
            new Error(`Tandem ended with ${code ?? 'a signal'}:\n${text.split('\n').slice(-15).join('\n')}`),
          ),
        );
    });
  });
  ended.catch(() => undefined);
  const stop = () => stopChild(child);
  try {
    await Promise.race([waitForConsole(url), ended, aborted(o.signal)]);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { url, logFile: o.logFile, ended, stop };
}

async function waitForConsole(url: string): Promise<void> {
  await until('the console answers', () => answers(`${url}/api/health`), {
    timeoutMs: READY_TIMEOUT_MS,
    everyMs: 100,
  });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('interrupted'));
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
}

/** A demo that was killed leaves its Tandem behind, which the launcher's own lock file names. */
async function stopLeftOver(stateDirectory: string): Promise<void> {
  const text = await readFile(path.join(stateDirectory, 'launcher.pid'), 'utf8').catch(() => '');
  const [pid = '', started = ''] = text.trim().split(' ');
  const isAlive = async () => started !== '' && (await startTicks(Number(pid))) === started;
  if (!(await isAlive())) return;
  process.kill(Number(pid), 'SIGTERM');
  await until('the Tandem of an earlier demo ends', async () => !(await isAlive()), { timeoutMs: 20_000 });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  try {
    await until('Tandem ends', ended, { timeoutMs: 15_000 });
  } catch {
    child.kill('SIGKILL');
    await until('Tandem is killed', ended, { timeoutMs: 5_000 });
  }
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  return response.ok;
}

/** The first port from `first` on that nobody listens on at loopback. */
export async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + 100; port += 1) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Error(`no free port from ${first} to ${first + 99}`);
}
