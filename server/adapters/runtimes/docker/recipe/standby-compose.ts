import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLMap } from 'yaml';
import { AppError } from '#server/errors/app-error.ts';

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
/** Only the start that makes a cluster reads them, and a copy of a cluster never needs that. */
const ONLY_AT_INITDB = /^POSTGRES_(PASSWORD|INITDB|HOST_AUTH)|PASSW|SECRET|TOKEN/i;

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
  for (const key of ['secrets', 'configs']) document.delete(key);
  const content = document.toString({ lineWidth: 0 });
  const variable = /\$\{?[A-Za-z_]\w*/.exec(content)?.[0];
  if (variable !== undefined)
    throw cannot(`it needs the variable ${variable.replace(/\W/g, '')} of the other host`);
  return { content, left };
}

function takeVariables(service: YAMLMap, left: string[]): void {
  const environment = service.get('environment');
  const names: string[] = [];
  if (isMap(environment)) {
    names.push(
      ...environment.items.map((pair) => textOf(pair.key)).filter((name) => ONLY_AT_INITDB.test(name)),
    );
    for (const name of names) environment.delete(name);
    if (environment.items.length === 0) service.delete('environment');
  }
  if (isSeq(environment)) {
    const isTaken = (item: unknown): boolean => ONLY_AT_INITDB.test(textOf(item).split('=')[0] ?? '');
    names.push(...environment.items.filter(isTaken).map((item) => textOf(item).split('=')[0] ?? ''));
    environment.items = environment.items.filter((item) => !isTaken(item));
    if (environment.items.length === 0) service.delete('environment');
  }
  left.push(...names);
}

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

function keepOnly(document: Document, section: string, names: readonly string[]): void {
  const all = document.get(section);
  if (!isMap(all)) return;
  all.items = all.items.filter((pair) => names.includes(textOf(pair.key)));
  if (all.items.length === 0) document.delete(section);
}

function cannot(why: string): AppError {
  return new AppError('INVALID_INPUT', { message: `the Compose file is not one that can be copied: ${why}` });
}
