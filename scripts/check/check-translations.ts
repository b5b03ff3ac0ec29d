import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findSourceFiles } from './source-files.ts';
import type { ToolResult } from './run-tool.ts';

type Messages = { [key: string]: string | Messages };

/**
 * Every language has the same keys with the same placeholders, none is empty, and every key is
 * used by some source file. (That no used key is missing is the compiler's business: keys are typed.)
 */
export function checkTranslations(root: string): ToolResult {
  const folder = path.join(root, 'messages');
  const languages = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const tables = languages.map((name) => ({ name, texts: flatten(readMessages(path.join(folder, name))) }));
  const [reference, ...others] = tables;
  if (!reference) return { ok: false, output: 'no languages found' };
  const problems = [
    ...others.flatMap((other) => differences(reference, other)),
    ...tables.flatMap(({ name, texts }) => emptyOnes(name, texts)),
    ...unusedKeys(reference.texts, literalsOf(root)).map((key) => `unused: ${key}`),
  ];
  return {
    ok: problems.length === 0,
    output: problems.join('\n') || `${reference.texts.size} texts in ${languages.join(', ')}`,
  };
}

function readMessages(file: string): Messages {
  return JSON.parse(readFileSync(file, 'utf8')) as Messages;
}

function flatten(messages: Messages, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value] as const] : [...flatten(value, `${prefix}${key}.`)],
    ),
  );
}

interface Table {
  name: string;
  texts: Map<string, string>;
}

function differences(a: Table, b: Table): string[] {
  const missing = (from: Table, keys: Iterable<string>) =>
    [...keys].filter((key) => !from.texts.has(key)).map((key) => `missing in ${from.name}: ${key}`);
  const shared = [...a.texts].filter(([key]) => b.texts.has(key));
  const placeholders = shared
    .filter(([key, text]) => placeholdersOf(text) !== placeholdersOf(b.texts.get(key) ?? ''))
    .map(([key]) => `other placeholders in ${b.name} than in ${a.name}: ${key}`);
  return [...missing(b, a.texts.keys()), ...missing(a, b.texts.keys()), ...placeholders];
}

/** Names of arguments and tags: `{count, plural, …}` → count, `<b>` → b. */
function placeholdersOf(text: string): string {
  const found = [...text.matchAll(/\{(\w+)\s*[,}]|<(\w+)>/g)].map((match) => match[1] ?? match[2] ?? '');
  return [...new Set(found)].sort().join();
}

function emptyOnes(name: string, texts: Map<string, string>): string[] {
  return [...texts].filter(([, text]) => text.trim() === '').map(([key]) => `empty in ${name}: ${key}`);
}

interface Literals {
  exact: Set<string>;
  /** Literals with something computed in them: `status.${code}` → /^status\.[^.]+$/ */
  patterns: RegExp[];
}

/** Every string literal that could be a key, in source and in the names of the domain's unions. */
function literalsOf(root: string): Literals {
  const files = findSourceFiles(root, ['app', 'components', 'server']).filter(
    (file) => !/\.test\.tsx?$/.test(file),
  );
  const source = files.map((file) => readFileSync(path.join(root, file), 'utf8')).join('\n');
  const exact = new Set([...source.matchAll(/['"`]([\w.-]+)['"`]/g)].map((match) => match[1] ?? ''));
  for (const [, name = ''] of source.matchAll(/^\s+'?([\w-]+)'?\??:/gm)) exact.add(name);
  const templates = [...source.matchAll(/`([\w.-]*\$\{[^`]*)`/g)].map((match) => match[1] ?? '');
  return { exact, patterns: templates.filter(looksLikeKey).map(toPattern) };
}

const looksLikeKey = (template: string) =>
  /^[\w.-]*(\$\{[^}]*\}[\w.-]*)+$/.test(template) && /[\w.]/.test(template.replace(/\$\{[^}]*\}/g, ''));
const toPattern = (template: string) =>
  new RegExp(`(^|\\.)${template.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '[\\w.-]+')}$`);

/** A key counts as used when any of its ends ("c", "b.c", "a.b.c") is a literal somewhere. */
function unusedKeys(texts: Map<string, string>, { exact, patterns }: Literals): string[] {
  return [...texts.keys()].filter((key) => {
    const parts = key.split('.');
    const ends = parts.map((_, index) => parts.slice(index).join('.'));
    return !ends.some((end) => exact.has(end)) && !patterns.some((pattern) => pattern.test(key));
  });
}
