import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from '#server/adapters/log/pino-log.ts';
import { lockStateDirectory } from '#server/launcher/launcher-lock.ts';
import { SupervisedProcess } from '#server/launcher/supervised-process.ts';
import { until } from './until.ts';

const log = createLog({ level: 'silent', process: 'launcher' });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tandem-supervised-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(text: string): string {
  const file = path.join(folder, 'program.mjs');
  writeFileSync(file, text);
  return file;
}

function supervise(text: string): SupervisedProcess {
  const supervised = new SupervisedProcess({ name: 'worker', args: [program(text)], env: process.env, log });
  supervised.start();
  return supervised;
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const RUNS = `setInterval(() => {}, 1000);`;

it('starts a process that was killed again', async () => {
  const supervised = supervise(RUNS);
  const first = await until('it runs', 5_000, () => supervised.pid);
  process.kill(first, 'SIGKILL');
  await until('another one runs', 5_000, () => supervised.pid !== undefined && supervised.pid !== first);
  await supervised.stop();
});

it('lets a process end in its own time and does not start it again', async () => {
  const file = path.join(folder, 'ended');
  const supervised = supervise(`import { writeFileSync } from 'node:fs';
    process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(file)}, 'cleanly'); process.exit(); });
    writeFileSync(${JSON.stringify(`${file}.ready`)}, '');
    ${RUNS}`);
  await until('it listens', 5_000, () => readIfThere(`${file}.ready`) !== null);
  await supervised.stop();
  expect(readIfThere(file)).toBe('cleanly');
  expect(supervised.pid).toBeUndefined();
});

it('ends its processes also when the launcher itself is killed', async () => {
  const pidFile = path.join(folder, 'child.pid');
  const child = program(`import { writeFileSync } from 'node:fs';
    writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); ${RUNS}`);
  const launcher = path.join(folder, 'launcher.mts');
  const module = new URL('../../../server/launcher/supervised-process.ts', import.meta.url).href;
  writeFileSync(
    launcher,
    `import { SupervisedProcess } from ${JSON.stringify(module)};
     const log = { info() {}, warn() {}, error() {}, debug() {}, child: () => log };
     new SupervisedProcess({ name: 'worker', args: [${JSON.stringify(child)}], env: process.env, log }).start();`,
  );
  const running = spawn(process.execPath, [launcher], { stdio: 'inherit' });
  const pid = await until('the child runs', 10_000, () => Number(readIfThere(pidFile) ?? 0));
  running.kill('SIGKILL');
  await until('the child is gone', 5_000, () => !isAlive(pid));
});

it('refuses a second launcher on the same state directory and names the first', () => {
  const unlock = lockStateDirectory(folder);
  expect(() => lockStateDirectory(folder)).toThrow(`process ${process.pid}`);
  unlock();
  lockStateDirectory(folder)();
});

it('replaces the lock of a launcher that was killed, also when its number lives on in another process', () => {
  writeFileSync(path.join(folder, 'launcher.pid'), '999999999 1\n');
  lockStateDirectory(folder)();
  writeFileSync(path.join(folder, 'launcher.pid'), `${process.ppid} 1\n`);
  lockStateDirectory(folder)();
});

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
