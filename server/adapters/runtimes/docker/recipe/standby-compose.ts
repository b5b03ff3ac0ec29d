import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLMap } from 'yaml';
import { AppError } from '#server/errors/app-error.ts';
import { KEPT_VARIABLES } from './recipe-facts.ts';
import { looksSecret } from '#server/domain/looks-secret.ts';

/** What another host lacks, or what belongs to other services of the file. */
const NOT_COPIED = [
  'build',
  'depends_on',
  'links',
  'external_links',
  'env_file',
  'secrets',
  'configs',
  'extends',
];
/** Everything else at the top belongs to others. */
const TOP = ['version', 'name', 'services', 'volumes', 'networks'];

/**
 * The service's part of a Compose file, for another host: without passwords, other services and what they need.
 * Comments inside the service stay. `left` names what was taken out. Throws INVALID_INPUT, saying why, where
 * only a person can write such a file.
 */
export function standbyCompose(
  source: string,
  o: { service: string; image: string },
): { content: string; left: string[] } {
  const document = parseDocument(source);
  const [broken] = document.errors;
  if (broken !== undefined) throw cannot(`it cannot be read: ${broken.message.split('\n')[0] ?? ''}`);
  const service = document.getIn(['services', o.service]);
  if (!isMap(service)) throw cannot(`it has no service ${o.service}`);
  const left: string[] = [];
  for (const key of NOT_COPIED) if (service.delete(key)) left.push(key);
  service.set('image', o.image);
  takeVariables(service, left);
  takeFirstStartMounts(service);
  keepOnly(document, 'services', [o.service]);
  keepOnly(document, 'volumes', volumesOf(service));
  keepOnly(document, 'networks', networksOf(service));
  if (isMap(document.contents))
    document.contents.items = document.contents.items.filter((pair) => TOP.includes(textOf(pair.key)));
  const content = textOfDocument(document);
  if (looksSecret(content)) throw cannot('it holds what looks like a password');
  const variable = /\$\{?[A-Za-z_]\w*/.exec(content)?.[0];
  if (variable !== undefined)
    throw cannot(`it needs the variable ${variable.replace(/\W/g, '')} of the other host`);
  return { content, left };
}

/** Variables from the short list stay; any other may hold a password, whatever it is called. */
function takeVariables(service: YAMLMap, left: string[]): void {
  const environment = service.get('environment');
  if (isMap(environment)) {
    const names = environment.items.map((pair) => textOf(pair.key)).filter((name) => !isKept(name));
    for (const name of names) environment.delete(name);
    left.push(...names);
    if (environment.items.length === 0) service.delete('environment');
  }
  if (isSeq(environment)) {
    const nameOf = (item: unknown): string => textOf(item).split('=')[0] ?? '';
    left.push(...environment.items.map(nameOf).filter((name) => !isKept(name)));
    environment.items = environment.items.filter((item) => isKept(nameOf(item)));
    if (environment.items.length === 0) service.delete('environment');
  }
}

const isKept = (name: string): boolean => KEPT_VARIABLES.includes(name);

/** Scripts for the first start of an empty directory. */
function takeFirstStartMounts(service: YAMLMap): void {
  const volumes = service.get('volumes');
  if (!isSeq(volumes)) return;
  volumes.items = volumes.items.filter((item) => !targetOf(item).startsWith('/docker-entrypoint-initdb.d'));
}

function volumesOf(service: YAMLMap): string[] {
  const volumes = service.get('volumes');
  if (!isSeq(volumes)) return [];
  return volumes.items
    .map((item) => (isMap(item) ? textOf(item.get('source')) : (textOf(item).split(':')[0] ?? '')))
    .filter((name) => /^[\w.-]+$/.test(name) && !name.startsWith('.'));
}

function networksOf(service: YAMLMap): string[] {
  const networks = service.get('networks');
  if (isMap(networks)) return networks.items.map((pair) => textOf(pair.key));
  return isSeq(networks) ? networks.items.map(textOf) : ['default'];
}

const targetOf = (item: unknown): string =>
  isMap(item) ? textOf(item.get('target')) : (textOf(item).split(':')[1] ?? '');

function textOf(node: unknown): string {
  const value: unknown = isScalar(node) ? node.value : node;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** An anchor may have stood in a part that is gone. */
function textOfDocument(document: Document): string {
  try {
    const content = document.toString({ lineWidth: 0 });
    if (parseDocument(content).errors.length === 0) return content;
  } catch {
    // Said below.
  }
  throw cannot('it refers to other parts of the file');
}

function keepOnly(document: Document, section: string, names: readonly string[]): void {
  const all = document.get(section);
  if (!isMap(all)) return;
  all.items = all.items.filter((pair) => names.includes(textOf(pair.key)));
  if (all.items.length === 0) document.delete(section);
}

function cannot(why: string): AppError {
  return new AppError('INVALID_INPUT', { message: `the Compose file is not one that can be copied: ${why}` });
}
