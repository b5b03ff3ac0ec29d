import { spawn, type ChildProcess } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireProgram } from '#e2e/lab/processes/run-program.ts';
import { CONTAINER_GATE_SCRIPT } from '#server/domain/container-gate-script.ts';

let folder: string;
let name: string;
let server: ChildProcess | null = null;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tandem-gate-'));
  name = path.basename(folder);
  await mkdir(path.join(folder, 'data/pg_wal'), { recursive: true });
  await writeFile(path.join(folder, 'data/PG_VERSION'), '15\n');
  await writeFile(path.join(folder, `${name}.files`), `${folder}/data\n`);
  const values = {
    data: '/var/lib/postgresql/data',
    bin: '/usr/lib/postgresql/15/bin',
    owner: 'postgres',
    system: '4711',
    policy: 'read-only',
    partner: 'host=192.0.2.1',
    container: 'shop',
  };
  const lines = Object.entries(values).map(([key, value]) => `${key} ${value}\n`);
  await writeFile(path.join(folder, `${name}.conf`), lines.join(''));
  await program('start-gate', CONTAINER_GATE_SCRIPT);
});
afterEach(async () => {
  server?.kill();
  server = null;
  const left = [folder, `/var/lib/tandem-start-gate/${name}.last`, `/run/tandem/held/${name}`];
  await requireProgram(['rm', '-rf', '--', ...left]);
});

async function program(file: string, text: string): Promise<void> {
  await writeFile(path.join(folder, file), text);
  await chmod(path.join(folder, file), 0o755);
}

/** An engine whose container runs as this process, beside a partner that is a standby. */
async function engineRuns(pid: number): Promise<void> {
  await program(
    'docker',
    `#!/bin/sh
case "$*" in
  *State.Pid*) echo 'true ${pid}' ;;
  *pg_controldata*) echo "Latest checkpoint's TimeLineID:       1" ;;
  *psql*) printf '4711 1 0/3000060 \\non\\n' ;;
  restart*) : > '${folder}/restarted' ;;
esac
`,
  );
}

async function gate(mode: 'hold' | 'release'): Promise<void> {
  const searched = `PATH=${folder}:${process.env['PATH'] ?? ''}`;
  const words = [path.join(folder, 'start-gate'), path.join(folder, `${name}.conf`), mode];
  expect((await requireProgram(['env', searched, ...words], { timeoutMs: 30_000 })).stderr).toBe('');
}

const isThere = (file: string): Promise<boolean> =>
  access(path.join(folder, file)).then(
    () => true,
    () => false,
  );

describe('a start gate of a container', () => {
  it('opens a primary whose host set its clock back an hour while it booted', async () => {
    await engineRuns(0);
    await gate('hold');
    await requireProgram(['touch', '-d', '1 hour', `/run/tandem/held/${name}`]);
    server = spawn('sleep', ['60']);
    await engineRuns(server.pid ?? 0);
    await gate('release');
    expect([await isThere('data/standby.signal'), await isThere('restarted')]).toEqual([false, true]);
  });

  it('does not restart a server that ran through a restart of its engine', async () => {
    await engineRuns(process.pid);
    await gate('hold');
    await gate('release');
    expect([await isThere('data/standby.signal'), await isThere('restarted')]).toEqual([false, false]);
  });
});
