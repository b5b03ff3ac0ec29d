import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { LiveTick } from '#server/ports/live-feed.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NEXT = fileURLToPath(new URL('../node_modules/next/dist/bin/next', import.meta.url));
const READY_WITHIN_MS = 60_000;
const ACCOUNT = {
  language: 'en',
  name: 'Bench',
  email: 'bench@tandem.example',
  password: 'only-for-this-measurement',
};

/** The web process of an installation, as the launcher starts it. */
export interface WebProcess {
  pid: number;
  /** Signs in as the first administrator and reads the live stream as a page does, until the signal. */
  readTicks(onTick: (tick: LiveTick, arrivedAtMs: number) => void, signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the built pages on a free port. `environment` names database, key and state directory. */
export async function startWeb(environment: Record<string, string>): Promise<WebProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [NEXT, 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      ...environment,
      NODE_ENV: 'production',
      TANDEM_URL: url,
      NEXT_TELEMETRY_DISABLED: '1',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await untilHealthy(`${url}/api/health`, child);
    const cookie = await claim(url);
    return {
      pid: child.pid ?? 0,
      readTicks: (onTick, signal) => readStream(url, cookie, onTick, signal),
      stop: () => end(child),
    };
  } catch (thrown) {
    await end(child);
    throw thrown;
  }
}

async function claim(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/trpc/setup.claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(ACCOUNT),
  });
  if (!answer.ok) throw new Error(`the claim was answered with ${answer.status}: ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0] ?? '')
    .join('; ');
}

/** Server-sent events: blocks of lines, an empty line between them; a browser's EventSource reads the same. */
async function readStream(
  url: string,
  cookie: string,
  onTick: (tick: LiveTick, arrivedAtMs: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(`${url}/api/trpc/live.stream?input=${encodeURIComponent('{}')}`, {
    headers: { accept: 'text/event-stream', cookie },
    signal,
  });
  if (!answer.ok || answer.body === null) throw new Error(`the stream was answered with ${answer.status}`);
  let pending = '';
  try {
    for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
      const arrivedAtMs = Date.now();
      const blocks = (pending + text).split('\n\n');
      pending = blocks.pop() ?? '';
      for (const block of blocks) {
        const tick = tickOf(block);
        if (tick !== null) onTick(tick, arrivedAtMs);
      }
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}

function tickOf(block: string): LiveTick | null {
  const line = block.split('\n').find((one) => one.startsWith('data: '));
  if (line === undefined || !line.includes('"type":"tick"')) return null;
  const event = JSON.parse(line.slice('data: '.length)) as { message?: { tick?: LiveTick } };
  return event.message?.tick ?? null;
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  const endMs = performance.now() + READY_WITHIN_MS;
  while (performance.now() < endMs) {
    if (child.exitCode !== null) throw new Error(`the web process ended with ${child.exitCode}`);
    const ok = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return;
    await delay(200);
  }
  throw new Error('the web process does not answer');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
