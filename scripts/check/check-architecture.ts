import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { findSourceFiles, SOURCE_FOLDERS } from './source-files.ts';
import type { ToolResult } from './run-tool.ts';

interface Rules {
  forbidden: { name: string; comment: string }[];
  options: ICruiseOptions;
}

const rulesFile = path.resolve(import.meta.dirname, '../../.dependency-cruiser.js');

/** The rules as data. */
export async function readRules(): Promise<Rules> {
  const module = (await import(pathToFileURL(rulesFile).href)) as { default: Rules };
  return module.default;
}

/**
 * Holds the imports of the project at `root` against the rules of .dependency-cruiser.js. Fails as
 * well when fewer modules were looked at than there are source files: with a TypeScript it does
 * not know, the tool is content with none at all.
 */
export async function checkArchitecture(root: string): Promise<ToolResult> {
  const folders = SOURCE_FOLDERS.filter((folder) => existsSync(path.join(root, folder)));
  const { forbidden, options } = await readRules();
  const tsConfig = extractTSConfig(path.join(root, 'tsconfig.json'));
  const ruleSet = { forbidden } as IFlattenedRuleSet;
  const { cache: _inTheRealProjectOnly, ...shared } = options;
  const cruiseOptions = {
    ...(root === process.cwd() ? options : shared),
    baseDir: root,
    validate: true,
    ruleSet,
  };
  const { output } = await cruise(folders, cruiseOptions, undefined, { tsConfig });
  return judge(output as ICruiseResult, findSourceFiles(root, folders), forbidden);
}

/** One line per violation with the rule's reason, one per source file that was not looked at. */
export function judge(result: ICruiseResult, sourceFiles: string[], rules: Rules['forbidden']): ToolResult {
  const commentOf = (name: string) => rules.find((rule) => rule.name === name)?.comment ?? '';
  const seen = new Set(result.modules.map((module) => module.source));
  const missed = sourceFiles.filter((file) => !seen.has(file));
  const problems = [
    ...missed.map((file) => `not looked at: ${file}`),
    ...result.summary.violations.map(
      ({ rule, from, to }) => `${rule.name}: ${from} → ${to}\n  ${commentOf(rule.name)}`,
    ),
  ];
  return { ok: problems.length === 0, output: problems.join('\n') || `${seen.size} modules, no violation` };
}
