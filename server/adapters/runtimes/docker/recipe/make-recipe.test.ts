import { expect, it } from 'vitest';
import { makeRecipe, type HostAnswers } from './make-recipe.ts';
import type { RecipeFacts } from './recipe-facts.ts';

const DATA = '/var/lib/postgresql/data';
const COMPOSE_LABELS = {
  'com.docker.compose.project': 'shop',
  'com.docker.compose.service': 'db',
  'com.docker.compose.project.working_dir': '/srv/shop',
  'com.docker.compose.project.config_files': 'docker-compose.yml',
};
const COMPOSE = 'services:\n  db:\n    image: postgres:15\n    environment: { POSTGRES_PASSWORD: geheim }\n';
const bind = (source: string, destination: string) => ({ type: 'bind', name: '', source, destination });

function facts(
  container: Partial<RecipeFacts['container']> = {},
  rest: Partial<RecipeFacts> = {},
): RecipeFacts {
  return {
    container: {
      id: 'c1',
      name: 'shop-db',
      imageId: 'sha256:1',
      image: 'postgres:15',
      status: 'running',
      running: true,
      networkMode: 'bridge',
      removedWhenStopped: false,
      restartPolicy: 'always',
      published: { '5432/tcp': [{ address: '0.0.0.0', port: 5432 }, { address: '::', port: 5432 }] }, // prettier-ignore
      mounts: [
        { type: 'volume', name: 'a'.repeat(64), source: '/var/lib/docker/volumes/a', destination: DATA },
      ],
      labels: {},
      args: ['postgres'],
      environment: new Map([['PGDATA', DATA]]),
      ...container,
    },
    command: ['postgres'],
    user: '',
    shmBytes: 0,
    memoryBytes: 0,
    readOnly: [],
    environment: { POSTGRES_USER: 'mgr' },
    variablesLeft: [],
    ...rest,
  };
}
const ANSWERS: HostAnswers = { directories: new Set(), imageCommand: ['postgres'], composeFile: null };
const wordsOf = (left: { en: string }[]) => left.map((each) => each.en).join('; ');

it('gives an unnamed volume a name, and publishes each port once', () => {
  const { recipe, left } = makeRecipe(facts(), ANSWERS);
  expect(recipe.mounts).toMatchObject([{ kind: 'volume', source: 'shop-db-data', copied: false }]);
  expect(recipe.ports).toEqual([{ address: '0.0.0.0', port: 5432, inside: '5432/tcp' }]);
  expect(recipe.command).toBeNull();
  expect(left).toEqual([]);
});

it('copies configuration, never data or scripts of the first start', () => {
  const mounts = [
    bind('/srv/data', DATA),
    bind('/srv/conf', '/etc/postgresql'),
    bind('/srv/hba.conf', '/etc/hba.conf'),
    bind('/srv/first', '/docker-entrypoint-initdb.d'),
    bind('/srv/backups', '/backups'),
  ];
  const args = [
    'postgres',
    '-c',
    'config_file=/etc/postgresql/postgresql.conf',
    '-c',
    'hba_file=/etc/hba.conf',
  ];
  const directories = new Set(['/srv/data', '/srv/conf', '/srv/first', '/srv/backups']);
  const { recipe, left } = makeRecipe(facts({ mounts, args }), { ...ANSWERS, directories });
  expect(recipe.mounts.map((m) => [m.source, m.kind, m.copied])).toEqual([
    ['/srv/data', 'directory', false],
    ['/srv/conf', 'directory', true],
    ['/srv/hba.conf', 'file', true],
    ['/srv/backups', 'directory', false],
  ]);
  expect(wordsOf(left)).toBe('the contents of /srv/backups');
});

it('names variables that it leaves, and knows no value of them', () => {
  const { recipe, left } = makeRecipe(facts({}, { variablesLeft: ['BACKUP_TOKEN'] }), ANSWERS);
  expect(wordsOf(left)).toContain('BACKUP_TOKEN');
  expect(recipe.environment).toEqual({ POSTGRES_USER: 'mgr' });
});

it('carries a Compose file over without its password', () => {
  const { recipe } = makeRecipe(facts({ labels: COMPOSE_LABELS }), { ...ANSWERS, composeFile: COMPOSE });
  expect(recipe.compose).toMatchObject({ project: 'shop', file: '/srv/shop/docker-compose.yml' });
  expect(recipe.compose?.content).not.toContain('geheim');
});

it.each([
  ['several Compose files', { ...COMPOSE_LABELS, 'com.docker.compose.project.config_files': 'a.yml,b.yml' }, COMPOSE, 'several files'],
  ['a Compose file that is gone', COMPOSE_LABELS, null, 'cannot be read'],
  ['a Compose file with variables', COMPOSE_LABELS, COMPOSE.replace('postgres:15\n', 'postgres:15\n    user: $WHO\n'), 'needs the variable WHO'],
])('falls back to docker create with %s, and says why', (_, labels, composeFile, why) => {
  const { recipe, left } = makeRecipe(facts({ labels }), { ...ANSWERS, composeFile });
  expect(recipe.compose).toBeNull();
  expect(wordsOf(left)).toContain(why);
}); // prettier-ignore
