import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lintConfig } from './lint-config.js';
import { plantProject } from './planted-project.ts';

const lines = (count: number) => Array.from({ length: count }, (_, n) => `  console.log(${n});`).join('\n');
const branches = Array.from({ length: 13 }, (_, n) => `  if (n === ${n}) return ${n};`).join('\n');

/** What must not pass: name → [file, text, the rule that says so]. */
const VIOLATIONS: Record<string, [string, string, string]> = {
  'a promise that nobody waits for': [
    'server/services/floating.ts',
    'export function start() {\n  fetch("/");\n}\n',
    '@typescript-eslint/no-floating-promises',
  ],
  'a switch that forgets a state': [
    'server/services/switching.ts',
    'export function f(s: "on" | "off") {\n  switch (s) {\n    case "on":\n      return 1;\n  }\n  return 0;\n}\n',
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
  any: [
    'server/services/any.ts',
    'export const f = (value: any) => String(value);\n',
    '@typescript-eslint/no-explicit-any',
  ],
  'a bang that hides null': [
    'server/services/bang.ts',
    'export const f = (value: string | null) => value!.length;\n',
    '@typescript-eslint/no-non-null-assertion',
  ],
  'a type imported as a value': [
    'server/services/type-import.ts',
    'import { Socket } from "node:net";\nexport const f = (s: Socket) => s.localPort;\n',
    '@typescript-eslint/consistent-type-imports',
  ],
  'a clock in the engine': [
    'server/engine/clock.ts',
    'export const now = () => Date.now();\n',
    'no-restricted-syntax',
  ],
  'a new date in the domain': [
    'server/domain/date.ts',
    'export const now = () => new Date();\n',
    'no-restricted-syntax',
  ],
  'a timer in the monitor': [
    'server/monitor/timer.ts',
    'export const wait = (f: () => void) => setTimeout(f, 5);\n',
    'no-restricted-syntax',
  ],
  'a timer that is imported': [
    'server/operations/timers.ts',
    'import { setTimeout as sleep } from "node:timers/promises";\nexport const wait = () => sleep(5);\n',
    'no-restricted-syntax',
  ],
  'chance in an operation': [
    'server/operations/chance.ts',
    'export const f = () => Math.random();\n',
    'no-restricted-syntax',
  ],
  'a branch on the kind of a runtime': [
    'server/operations/kind.ts',
    'export const f = (runtime: { kind: string }) => (runtime.kind === "docker" ? 1 : 2);\n',
    'no-restricted-syntax',
  ],
  'a fixed wait in a browser test': [
    'e2e/browser/wait.ts',
    'export const f = (page: { waitForTimeout(ms: number): Promise<void> }) => page.waitForTimeout(500);\n',
    'no-restricted-syntax',
  ],
  'a function of more than 60 lines': [
    'server/services/long.ts',
    `export function f() {\n${lines(61)}\n}\n`,
    'max-lines-per-function',
  ],
  'a file of more than 400 lines': [
    'server/services/file.ts',
    Array.from({ length: 401 }, (_, n) => `export const n${n} = ${n};`).join('\n'),
    'max-lines',
  ],
  'a function with too many ways': [
    'server/services/ways.ts',
    `export function f(n: number) {\n${branches}\n  return -1;\n}\n`,
    'complexity',
  ],
};

const ALLOWED: Record<string, string> = {
  'server/adapters/clock/clock.ts': 'export const now = () => Date.now();\n',
  'server/adapters/runtimes/label.ts': 'export const f = (runtime: { kind: string }) => runtime.kind;\n',
};

const found = new Map<string, string[]>();
let remove: () => void;

beforeAll(async () => {
  const files = Object.fromEntries(Object.values(VIOLATIONS).map(([file, text]) => [file, text]));
  const project = plantProject({ ...files, ...ALLOWED });
  remove = project.remove;
  const eslint = new ESLint({
    cwd: project.root,
    overrideConfigFile: true,
    baseConfig: lintConfig(project.root),
  });
  for (const result of await eslint.lintFiles(['server', 'e2e'])) {
    found.set(
      result.filePath.slice(project.root.length + 1),
      result.messages.map((message) => message.ruleId ?? message.message),
    );
  }
}, 60_000);
afterAll(() => remove());

describe('the linter refuses', () => {
  it.each(Object.entries(VIOLATIONS))('%s', (_name, [file, , rule]) => {
    expect(found.get(file)).toContain(rule);
  });
});

it.each(Object.keys(ALLOWED))('lets %s be what it is', (file) => {
  expect(found.get(file)).toEqual([]);
});
