import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { belongsInNamespace, runInNamespace } from '#e2e/lab/lab-namespace.ts';
import { notPossibleHere } from '#e2e/lab/whole-hosts-only.ts';
import { runChecks } from '../check/run-checks.ts';
import { readPlaywrightReport } from './playwright-report.ts';
import { runShown } from './run-shown.ts';
import { brokenStage, emptyResult, sumResults, type StageResult } from './stage-result.ts';
import { readVitestReport } from './vitest-report.ts';

export const STAGES = ['check', 'unit', 'integration', 'browser', 'containers'] as const;
export type Stage = (typeof STAGES)[number];

const root = process.cwd();
const reports = path.join(root, '.cache/test');

/** One function per stage; each makes sure of what it needs by itself. */
export const RUN_STAGE: Record<Stage, () => Promise<StageResult>> = {
  check,
  unit: () => vitest('unit', []),
  integration: () => integration(),
  browser: () => playwright('pages'),
  containers: () => containers(),
};

async function check(): Promise<StageResult> {
  const { passed, failed } = await runChecks();
  return { ...emptyResult(), passed, failures: failed.map((name) => `check: ${name}`) };
}

async function vitest(project: string, needs: string[]): Promise<StageResult> {
  if (!(await ensure(needs))) return brokenStage(`the ${project} stage lacks something it needs`);
  const report = freshReport(`${project.replace('*', '')}.json`);
  const code = await runNode(needs.includes('lab'), [
    'node_modules/vitest/vitest.mjs',
    'run',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  return judge(code, report, (json) => readVitestReport(json, root));
}

/** What practice hosts cannot do on this system is not left out in silence. */
async function integration(): Promise<StageResult> {
  const result = await vitest('integration*', ['lab', 'build']);
  const left = (await belongsInNamespace()) ? [] : notPossibleHere();
  if (left.length === 0) return result;
  const reason = `${left.length} files need practice hosts with networks of their own: ${left.join(', ')}`;
  return {
    ...result,
    skipped: result.skipped + left.length,
    skippedBecause: [...result.skippedBecause, reason],
  };
}

/** `project` = one of playwright.config.ts. */
async function playwright(project: 'pages' | 'whole-servers'): Promise<StageResult> {
  if (!hasFiles('e2e/browser', /\.spec\.ts$/)) return emptyResult();
  if (!(await ensure(['lab', 'browser', 'build'])))
    return brokenStage(`the browser tests "${project}" lack something they need`);
  const report = freshReport(`browser-${project}.json`);
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const cli = 'node_modules/@playwright/test/cli.js';
  const code = await runNode(true, [cli, 'test', `--project=${project}`, '--reporter=list,json'], env);
  return judge(code, report, readPlaywrightReport);
}

/** Hosts with systemd need a container engine; without one the stage is skipped and says so. The browser's journey on them belongs to it. */
async function containers(): Promise<StageResult> {
  if (!hasFiles('e2e/containers', /\.test\.ts$/)) return emptyResult();
  if (!(await ensure(['containers']))) {
    return {
      ...emptyResult(),
      skipped: 1,
      skippedBecause: ['containers: no container engine can be had here'],
    };
  }
  return sumResults([await vitest('containers*', ['lab']), await playwright('whole-servers')]);
}

/** Practice hosts of an ordinary user live in a user namespace of the whole run. */
async function runNode(
  withHosts: boolean,
  args: string[],
  env: Record<string, string> = {},
): Promise<number> {
  if (withHosts && (await belongsInNamespace())) return runInNamespace(args, env);
  return runShown(process.execPath, args, { ...process.env, ...env });
}

/** A runner that ends badly although its report shows no failure has failed all the same. */
function judge(code: number, report: string, read: (json: string) => StageResult): StageResult {
  if (!existsSync(report)) return brokenStage(`the test runner ended with ${code} and left no report`);
  const result = read(readFileSync(report, 'utf8'));
  if (code !== 0 && result.failures.length === 0)
    result.failures.push(`the test runner ended with ${code} and reports no failure`);
  return result;
}

async function ensure(needs: string[]): Promise<boolean> {
  if (needs.length === 0) return true;
  return (await runShown(process.execPath, ['scripts/boot.cjs', `--need=${needs.join(',')}`])) === 0;
}

function freshReport(name: string): string {
  mkdirSync(reports, { recursive: true });
  const file = path.join(reports, name);
  rmSync(file, { force: true });
  return file;
}

function hasFiles(folder: string, pattern: RegExp): boolean {
  const there = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  return there.some((name) => pattern.test(name));
}
