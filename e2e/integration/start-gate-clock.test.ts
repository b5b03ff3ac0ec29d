import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '#e2e/lab/processes/run-program.ts';
import { START_GATE_SCRIPT } from '#server/domain/start-gate-script.ts';

const ANSWER = '4711 1 0/3000060 \\non';
let folder: string;
let name: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tandem-gate-'));
  name = path.basename(folder);
  await mkdir(path.join(folder, 'data/pg_wal'), { recursive: true });
  await writeFile(path.join(folder, 'data/PG_VERSION'), '15\n');
  await program('start-gate', START_GATE_SCRIPT);
  await program('pg_controldata', '#!/bin/sh\necho "Latest checkpoint\'s TimeLineID:       1"\n');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(`/var/lib/tandem-start-gate/${name}.last`, { force: true });
});

async function program(file: string, text: string): Promise<void> {
  await writeFile(path.join(folder, file), text);
  await chmod(path.join(folder, file), 0o755);
}

/** The clock is right when it is asked first, and jumps before the second answer, as when a time service sets it. */
const clockJumps = (seconds: number): Promise<void> =>
  program(
    'date',
    `#!/bin/sh
now=$(/bin/date +%s)
if [ -e '${folder}/asked' ]; then now=$((now + ${seconds})); fi
: > '${folder}/asked'
echo "$now"
`,
  );

/** The partner answers from that attempt on; null = never. */
const partnerAnswers = (from: number | null): Promise<void> =>
  program(
    'psql',
    `#!/bin/sh
echo x >> '${folder}/attempts'
if [ ${from ?? 1_000} -gt $(wc -l < '${folder}/attempts') ]; then echo 'Connection refused' >&2; exit 2; fi
printf '${ANSWER}\\n'
`,
  );

async function boot(waitSeconds: number): Promise<string> {
  const lines = {
    data: path.join(folder, 'data'),
    bin: folder,
    owner: userInfo().username,
    system: '4711',
    slot: 'tandem_shop',
    policy: 'read-only',
    wait: waitSeconds,
    partner: 'host=192.0.2.1',
  };
  const config = path.join(folder, `${name}.conf`);
  await writeFile(config, Object.entries(lines).map(([key, value]) => `${key} ${value}\n`).join('')); // prettier-ignore
  const { stdout } = await runProgram([path.join(folder, 'start-gate'), config], {
    elevated: false,
    timeoutMs: 30_000,
    env: { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
  });
  return stdout.trim();
}

describe('a start gate whose host sets its clock while it boots', () => {
  it('waits for its partner as long as it should when the clock jumps ahead', async () => {
    await Promise.all([clockJumps(7_200), partnerAnswers(3)]);
    expect(await boot(20)).toContain('open: the partner is a standby');
  });

  it('decides in time when the clock jumps back', async () => {
    await Promise.all([clockJumps(-7_200), partnerAnswers(null)]);
    expect(await boot(2)).toContain('read-only: the partner cannot be asked (Connection refused)');
  });
});
