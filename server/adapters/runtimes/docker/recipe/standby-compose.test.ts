import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { standbyCompose } from './standby-compose.ts';

const GUIDE = `version: '3.8'

services:
  db:
    image: postgres:15
    container_name: shop-db
    restart: always # comes back by itself
    depends_on: [mail]
    environment:
      POSTGRES_DB: shop
      POSTGRES_USER: mgr_user
      POSTGRES_PASSWORD: \${DB_PASSWORD:-Secret123!}
    volumes:
      - db_data:/var/lib/postgresql/data
      - ./hba.conf:/etc/postgresql/pg_hba.conf:ro
      - ./first:/docker-entrypoint-initdb.d
    ports:
      - "5432:5432"
    command: >
      postgres
      -c hba_file=/etc/postgresql/pg_hba.conf
  mail:
    image: mail:1
    environment: { MAIL_PASSWORD: geheim }

volumes:
  db_data:
  mails:
networks:
  inside:
`;
const of = (source: string) => standbyCompose(source, { service: 'db', image: 'postgres:15' });

it('keeps the database’s service with its comments, and nothing of the others', () => {
  const { content, left } = of(GUIDE);
  expect(parse(content)).toEqual({
    version: '3.8',
    services: {
      db: {
        image: 'postgres:15',
        container_name: 'shop-db',
        restart: 'always',
        environment: { POSTGRES_DB: 'shop', POSTGRES_USER: 'mgr_user' },
        volumes: ['db_data:/var/lib/postgresql/data', './hba.conf:/etc/postgresql/pg_hba.conf:ro'],
        ports: ['5432:5432'],
        command: 'postgres -c hba_file=/etc/postgresql/pg_hba.conf\n',
      },
    },
    volumes: { db_data: null },
  });
  expect(content).toContain('# comes back by itself');
  expect(left).toEqual(['depends_on', 'POSTGRES_PASSWORD']);
});

it('never carries a password to another host', () => {
  for (const source of [GUIDE, GUIDE.replace(/environment:\n(.*\n){3}/, 'environment: [POSTGRES_PASSWORD=Secret123!, TZ=UTC]\n')])
    expect(of(source).content).not.toMatch(/Secret123|geheim/);
}); // prettier-ignore

it.each([
  ['no such service', 'services: { other: { image: a } }', 'has no service db'],
  ['a variable of the host', GUIDE.replace('"5432:5432"', '"${PORT}:5432"'), 'needs the variable PORT'],
  ['broken YAML', 'services: [', 'cannot be read'],
])('refuses a file with %s and says why', (_, source, why) => {
  expect(() => of(source)).toThrow(why);
});

it('takes every variable that is not on the short list, whatever it is called', () => {
  const { content, left } = of(
    GUIDE.replace('POSTGRES_DB: shop', 'POSTGRES_DB: shop\n      EXPORTER_DSN: postgres-of-u'),
  );
  expect(content).not.toContain('EXPORTER');
  expect(left).toContain('EXPORTER_DSN');
});

it.each([
  ['an argument', GUIDE.replace('-c hba_file', '-c primary_conninfo="host=a password=geheim" -c hba_file')],
  [
    'an address',
    GUIDE.replace('restart: always', 'labels: ["u=postgres://u:geheim@h/db"]\n    restart: always'),
  ],
  ['a comment', GUIDE.replace('# comes back by itself', '# password: geheim')],
])('refuses a file with a password in %s', (_, source) => {
  expect(() => of(source)).toThrow('looks like a password');
});

it('refuses a service that refers to a part of the file that is not carried over', () => {
  const source = `x-common: &common\n  restart: always\n${GUIDE.replace('    container_name', '    <<: *common\n    container_name')}`;
  expect(() => of(source)).toThrow('other parts of the file');
});
