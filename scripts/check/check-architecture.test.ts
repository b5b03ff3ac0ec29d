import type { ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkArchitecture, judge, readRules } from './check-architecture.ts';
import { plantProject } from './planted-project.ts';
import type { ToolResult } from './run-tool.ts';

const uses = (specifier: string) => `import * as it from '${specifier}';\nexport const used = it;\n`;
const leaf = 'export const leaf = 1;\n';

/** One violation per rule: rule → [file, what it imports]. */
const VIOLATIONS: Record<string, [string, string]> = {
  'no-circular': ['server/engine/about.ts', '#server/engine/round.ts'],
  'not-to-unresolvable': ['server/engine/lost.ts', '#server/engine/nowhere.ts'],
  'domain-is-pure': ['server/domain/reads-files.ts', 'node:fs'],
  'domain-knows-only-errors': ['server/domain/knows-ports.ts', '#server/ports/leaf.ts'],
  'errors-know-nothing': ['server/errors/knows-domain.ts', '#server/domain/leaf.ts'],
  'ports-know-only-domain': ['server/ports/knows-engine.ts', '#server/engine/leaf.ts'],
  'engine-direction': ['server/engine/knows-operations.ts', '#server/operations/leaf.ts'],
  'engine-knows-no-postgres': ['server/engine/knows-sql.ts', '#server/ports/sql-session.ts'],
  'operations-direction': ['server/operations/knows-monitor.ts', '#server/monitor/leaf.ts'],
  'monitor-direction': ['server/monitor/knows-engine.ts', '#server/engine/leaf.ts'],
  'services-direction': ['server/services/knows-trpc.ts', '#server/trpc/leaf.ts'],
  'trpc-direction': ['server/trpc/knows-engine.ts', '#server/engine/leaf.ts'],
  'config-direction': ['server/config/knows-domain.ts', '#server/domain/leaf.ts'],
  'adapters-direction': ['server/adapters/ssh/knows-services.ts', '#server/services/leaf.ts'],
  'adapters-only-from-compose': ['server/services/knows-adapter.ts', '#server/adapters/ssh/leaf.ts'],
  'prisma-only-in-store': ['server/services/knows-prisma.ts', '@prisma/client'],
  'ssh2-only-in-adapters-ssh': ['server/adapters/sql/knows-ssh2.ts', 'ssh2'],
  'pg-only-in-adapters': ['server/services/knows-pg.ts', 'pg'],
  'pg-boss-only-in-queue': ['server/services/knows-queue.ts', 'pg-boss'],
  'better-auth-only-in-auth': ['server/services/knows-auth.ts', 'better-auth'],
  'pino-only-in-log': ['server/services/knows-pino.ts', 'pino'],
  'trpc-server-only-in-trpc': ['server/services/throws-trpc.ts', '@trpc/server'],
  'web-never-imports-ssh': ['server/web/reaches-ssh.ts', '#server/adapters/live/uses-ssh.ts'],
  'no-server-code-in-components': ['components/pairs/calls-service.ts', '#server/services/leaf.ts'],
  'cli-speaks-through-the-api': ['server/cli/calls-service.ts', '#server/services/leaf.ts'],
  'ui-knows-no-product': ['components/ui/knows-pairs.ts', '#components/pairs/leaf.ts'],
  'features-not-each-other': ['components/servers/knows-pairs.ts', '#components/pairs/leaf.ts'],
  'shipped-code-imports-no-tests': ['server/services/knows-fake.ts', '#server/testing/leaf.ts'],
  'no-dev-dependency-in-shipped-code': ['server/services/knows-vitest.ts', 'vitest'],
};

const LEAVES = [
  'server/domain',
  'server/ports',
  'server/engine',
  'server/operations',
  'server/monitor',
  'server/services',
  'server/trpc',
  'server/testing',
  'server/adapters/ssh',
  'components/pairs',
];

let planted: ToolResult;
let remove: () => void;

beforeAll(async () => {
  const project = plantProject({
    ...Object.fromEntries(LEAVES.map((folder) => [`${folder}/leaf.ts`, leaf])),
    ...Object.fromEntries(Object.values(VIOLATIONS).map(([file, specifier]) => [file, uses(specifier)])),
    'server/engine/round.ts': uses('#server/engine/about.ts'),
    'server/engine/there.ts':
      "import type { Back } from '#server/engine/back.ts';\nexport type There = Back;\n",
    'server/engine/back.ts':
      "import type { There } from '#server/engine/there.ts';\nexport type Back = There[];\n",
    'server/ports/sql-session.ts': leaf,
    'server/adapters/live/uses-ssh.ts': uses('#server/adapters/ssh/leaf.ts'),
  });
  remove = project.remove;
  planted = await checkArchitecture(project.root);
});
afterAll(() => remove());

describe('every rule of the architecture sees its violation', () => {
  it.each(Object.entries(VIOLATIONS))('%s', (rule, [file]) => {
    expect(planted.ok).toBe(false);
    expect(planted.output).toContain(`${rule}: ${file}`);
  });

  it('no-circular, also where types alone go round', () => {
    expect(planted.output).toMatch(/no-circular: server\/engine\/(back|there)\.ts/);
  });

  it('has a planted violation for each rule there is', async () => {
    const { forbidden } = await readRules();
    expect(Object.keys(VIOLATIONS).sort()).toEqual(forbidden.map((rule) => rule.name).sort());
  });
});

it('gives the reason with the violation', async () => {
  const { forbidden } = await readRules();
  for (const { comment } of forbidden) expect(planted.output).toContain(comment);
});

it('is content with a project that keeps to the rules', async () => {
  const project = plantProject({
    'server/domain/leaf.ts': leaf,
    'server/ports/uses-domain.ts': uses('#server/domain/leaf.ts'),
  });
  expect(await checkArchitecture(project.root)).toMatchObject({ ok: true });
  project.remove();
});

it('fails when it was shown fewer modules than there are source files', () => {
  const nothing = { modules: [], summary: { violations: [] } } as unknown as ICruiseResult;
  expect(judge(nothing, ['server/domain/lsn.ts'], [])).toMatchObject({
    ok: false,
    output: 'not looked at: server/domain/lsn.ts',
  });
});
