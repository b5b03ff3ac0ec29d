import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { AppError } from '#server/errors/app-error.ts';
import { shellWords, type ShellWord } from './shell-words.ts';

/** The command of a service: its words, and where each stands in the file. */
export interface CommandInFile {
  form: 'text' | 'block-list' | 'flow-list';
  words: ShellWord[];
  /** Where the key begins and the value ends. */
  from: number;
  to: number;
  /** The part of a text that holds words alone: without quotes and without the header of a block. */
  inner: { from: number; to: number };
}

/** Of these keys a new container would get more, or something else, than the file shows. */
const PULLS = ['always', 'daily', 'weekly', 'build'];

/** The service as the file has it. Throws INVALID_INPUT, saying why, where Tandem cannot change it. */
export function serviceIn(source: string, name: string): YAMLMap {
  const document = parseDocument(source);
  const [broken] = document.errors;
  if (broken !== undefined) throw cannot(`it cannot be read: ${broken.message.split('\n')[0] ?? ''}`);
  const service = document.getIn(['services', name]);
  if (!isMap(service)) throw cannot(`it has no service ${name}`);
  if (service.has('extends')) throw cannot('the service extends another one');
  if (service.has('build')) throw cannot('the service builds its image');
  const pull = service.get('pull_policy');
  if (typeof pull === 'string' && PULLS.includes(pull.split('_')[0] ?? ''))
    throw cannot(`pull_policy is ${pull}`);
  return service;
}

/** Where the words of the service's command stand. Throws INVALID_INPUT where Tandem cannot change them. */
export function commandIn(source: string, service: YAMLMap): CommandInFile {
  const pair = service.items.find(({ key }) => isScalar(key) && key.value === 'command');
  const from = isScalar(pair?.key) ? (pair.key.range?.[0] ?? null) : null;
  if (pair === undefined || from === null) throw cannot('the service has no command of its own');
  const { value } = pair;
  if (isScalar(value)) return textCommand(source, value, from);
  if (isSeq(value)) return listCommand(source, value, from);
  throw cannot('its command is neither a text nor a list');
}

function textCommand(source: string, node: Scalar, from: number): CommandInFile {
  const range = node.range;
  if (!range || typeof node.value !== 'string') throw cannot('its command is not a text');
  const inner = innerOf(source, node, range);
  const text = source.slice(inner.from, inner.to);
  const words = shellWords(text).map((w) => ({
    ...w,
    from: w.from + inner.from,
    to: w.to + inner.from,
  }));
  if (!sameWords(words, shellWords(node.value))) throw cannot('its command is written with escapes');
  return { form: 'text', words, from, to: range[1], inner };
}

function innerOf(
  source: string,
  { type }: Scalar,
  [from, to]: readonly [number, number, number],
): {
  from: number;
  to: number;
} {
  if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') return { from: from + 1, to: to - 1 };
  if (type === 'PLAIN') return { from, to };
  return { from: source.indexOf('\n', from) + 1, to };
}

function listCommand(source: string, node: YAMLSeq, from: number): CommandInFile {
  const words = node.items.map((item) => {
    if (!isScalar(item) || !item.range) throw cannot('an item of its command stands elsewhere in the file');
    return { text: String(item.value), from: item.range[0], to: item.range[1] };
  });
  const to = node.range?.[1] ?? source.length;
  const form = node.flow === true ? 'flow-list' : 'block-list';
  return { form, words, from, to, inner: { from: node.range?.[0] ?? from, to } };
}

/** Variables that the service takes from elsewhere: \`$$\` is a dollar sign. */
export function variablesIn(source: string, service: YAMLMap): string[] {
  const [from, to] = service.range ?? [0, source.length];
  const text = source.slice(from, to).replaceAll('$$', '');
  const names = [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = '']) => name);
  return [...new Set(names)];
}

/** What Compose makes of a word of the file. */
export const unescaped = (word: string): string => word.replaceAll('$$', '$');

const sameWords = (a: readonly ShellWord[], b: readonly ShellWord[]): boolean =>
  a.length === b.length && a.every((word, n) => word.text === b[n]?.text);

/** The file as plain data without the command of this service, to see that nothing else changed. */
export function allButCommand(source: string, name: string): string {
  const document: Document = parseDocument(source);
  if (document.errors.length > 0) throw cannot('it could not be read any more');
  document.deleteIn(['services', name, 'command']);
  return JSON.stringify(document.toJS());
}

export function cannot(why: string): AppError {
  return new AppError('INVALID_INPUT', { message: `Tandem cannot change the Compose file: ${why}` });
}
