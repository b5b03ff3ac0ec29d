import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Plan, PlanAction } from './plan.ts';
import { planToShell } from './plan-to-shell.ts';

const same = (en: string) => ({ en, de: en });

function planOf(...actions: PlanAction[]): Plan {
  return {
    operation: 'setup-standby',
    title: same('Set up db2'),
    hash: 'h',
    steps: [
      {
        name: 'one',
        kind: 'mutation',
        group: 'changes-primary',
        server: 'db-1',
        explain: same('Do it'),
        undo: null,
        undoReason: null,
        actions,
        expectedMs: null,
      },
    ],
    pointOfNoReturn: null,
    gates: [],
    confirmation: null,
    outageMs: 0,
    networkBytes: null,
    expectedMs: null,
    madeAtMs: 0,
  };
}

const TARGETS = [{ name: 'db-1', destination: "us'er@10.0.0.1", port: 2222 }];

/** Runs the script through a real shell in which `ssh` shows what reaches the host: its words, then its input. */
function run(plan: Plan, passwords: string[] = []): string {
  const ssh = String.raw`ssh() { printf '<%s>' "$@"; echo; cat; }`;
  const script = planToShell(plan, TARGETS).replace('set -euo pipefail', `set -euo pipefail\n${ssh}`);
  const input = passwords.map((p) => `${p}\n`).join('');
  const result = spawnSync('bash', ['-c', script], { input, encoding: 'utf8' });
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
  return result.stdout;
}

const HOSTILE = `'"$(touch /tmp/pwned)\`id\` $HOME \\ ; rm -rf /`;

describe('the shell export of a plan', () => {
  it('names the user and the port of each server', () => {
    const out = run(planOf({ type: 'command', server: 'db-1', runAs: 'postgres', line: 'true' }));
    expect(out).toContain("<-p><2222><us'er@10.0.0.1><true>");
  });

  it('brings a command line to the host as it is, evaluated by nobody before', () => {
    const line = `echo ${HOSTILE}`;
    expect(run(planOf({ type: 'command', server: 'db-1', runAs: 'postgres', line }))).toContain(`<${line}>`);
  });

  it('brings SQL and files to the host as they are', () => {
    expect(run(planOf({ type: 'sql', server: 'db-1', statement: `SELECT '${HOSTILE}';` }))).toContain(
      `SELECT '${HOSTILE}';\n`,
    );
    const file: PlanAction = {
      type: 'file',
      server: 'db-1',
      path: "/srv/it's/pg_hba.conf",
      before: null,
      after: `# ${HOSTILE}\nlast line`,
      mode: '0600',
    };
    expect(run(planOf(file))).toContain(`# ${HOSTILE}\nlast line\n`);
  });

  it('refuses to overwrite when it moves', () => {
    const out = run(planOf({ type: 'move', server: 'db-1', from: '/a b', to: '/c' }));
    expect(out).toContain("mv -T -n -- '/a b' '/c'");
  });

  it('asks for the passwords of new roles and puts them where the plan shows dots', () => {
    const sql: PlanAction = {
      type: 'sql',
      server: 'db-1',
      statement: "CREATE ROLE repl WITH LOGIN PASSWORD 'SCRAM-SHA-256$…';",
    };
    const file: PlanAction = {
      type: 'file',
      server: 'db-1',
      path: '/x',
      before: null,
      after: '*:*:*:repl:•••\n',
      mode: '0600',
    };
    const out = run(planOf(sql, file), ['geheim']);
    expect(out).toContain("CREATE ROLE repl WITH LOGIN PASSWORD 'geheim';");
    expect(out).toContain('*:*:*:repl:geheim');
  });

  it.each(["it's", 'back\\slash', 'co:lon', ''])(
    'refuses the password %j, which SQL or libpq would misread',
    (password) => {
      const statement = "CREATE ROLE repl WITH LOGIN PASSWORD 'SCRAM-SHA-256$…';";
      const script = planToShell(planOf({ type: 'sql', server: 'db-1', statement }), TARGETS);
      const result = spawnSync('bash', ['-c', script], { input: `${password}\n`, encoding: 'utf8' });
      expect(result.status).toBe(1);
      expect(result.stderr).toContain('Choose a password without quotes');
    },
  );
});
