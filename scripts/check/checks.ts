import { checkArchitecture } from './check-architecture.ts';
import { checkTranslations } from './check-translations.ts';
import { runTool, type ToolResult } from './run-tool.ts';

export interface Check {
  name: string;
  /** What a failure means. */
  guards: string;
  run(): Promise<ToolResult>;
}

const LIMIT_MS = 900_000;
const root = process.cwd();
const node = (script: string, ...args: string[]) =>
  runTool(process.execPath, [`node_modules/${script}`, ...args], LIMIT_MS);

/** Everything that `npm run check` looks at, the slowest first: two run at a time. */
export const CHECKS: readonly Check[] = [
  {
    name: 'lint',
    guards: 'rules of the language and of the architecture inside files',
    run: () =>
      node(
        'eslint/bin/eslint.js',
        '.',
        '--max-warnings=0',
        '--cache',
        '--cache-location=.cache/eslint/',
        '--cache-strategy=content',
      ),
  },
  {
    name: 'types',
    guards: 'TypeScript, strict',
    run: () =>
      node('typescript/bin/tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', '.cache/tsc.tsbuildinfo'),
  },
  {
    name: 'formatting',
    guards: 'one formatter: npm run format',
    run: () =>
      node(
        'prettier/bin/prettier.cjs',
        '--check',
        '--log-level=warn',
        '--cache',
        '--cache-location=.cache/prettier',
        '.',
      ),
  },
  {
    name: 'dead code',
    guards: 'unused files, exports and dependencies',
    run: () => node('knip/bin/knip.js', '--no-progress', '--no-config-hints'),
  },
  { name: 'import directions', guards: 'the architecture between files', run: () => checkArchitecture(root) },
  {
    name: 'translations',
    guards: 'the same texts in every language, none unused',
    run: async () => checkTranslations(root),
  },
];
