import { expect, it } from 'vitest';
import { changedPaths, judgeHash } from './describe-container.ts';
import { editCompose, readCompose } from './read-compose.ts';

const answer = (stdout: string, exitCode = 0, stderr = '') => ({ exitCode, stdout, stderr });
const asked = (label: string, isFirst = true) => ({ label, service: 'db', isFirst });

it.each([
  ['the same hash', answer('db abc\n'), asked('abc'), 'same'],
  ['another hash of Compose 1', answer('db abc\n'), asked('def'), 'different'],
  ['another hash of Compose 2, which leaves out parts', answer('db abc\n'), asked('def', false), 'unknown'],
  ['no label', answer('db abc\n'), asked(''), 'unknown'],
  ['a Compose without that question', answer('', 1, 'unknown flag: --hash'), asked('abc'), 'unknown'],
  ['a file that it does not take', answer('', 1, "Permission denied: './docker-compose.yml'"), asked('abc'), 'refused'],
])('judges %s', (_, result, o, state) => {
  expect(judgeHash(result, o)).toMatchObject({ state });
}); // prettier-ignore

it('names what was put into a container, not what mounts and sockets make', () => {
  const diff = [
    'C /etc', 'A /etc/postgresql', 'A /etc/postgresql/pg_hba.conf', 'C /usr', 'C /usr/bin', 'A /usr/bin/vim',
    'C /run', 'C /run/postgresql', 'A /run/postgresql/.s.PGSQL.5432', 'D /usr/share/doc', '',
  ].join('\n'); // prettier-ignore
  expect(changedPaths(diff, ['/etc/postgresql/pg_hba.conf', '/var/lib/postgresql/data'])).toEqual([
    '/usr/bin/vim',
  ]);
});

const FILE = `services:
  db:
    image: postgres:15
    environment:
      POSTGRES_PASSWORD: geheim
    command: >
      postgres
      -c primary_conninfo="host=a password=auch-geheim"
      -c max_wal_senders=5
`;

it('shows the lines of the command alone, and dots where they look like a password', () => {
  const edit = editCompose({ content: Buffer.from(FILE), mode: 0o640 }, 'db', ['max_wal_senders']);
  expect(edit.after).toBe(FILE.replace('      -c max_wal_senders=5\n', ''));
  expect(edit.mode).toBe('0640');
  expect(JSON.stringify(edit.shown)).not.toContain('geheim');
  expect(edit.shown.before).toContain('max_wal_senders=5');
  expect(edit.shown.after).toContain('command: >');
});

it('reads words and variables of a service, and says what it cannot read', () => {
  const read = (source: string) => readCompose(Buffer.from(source), 'db');
  const withVariable = FILE.replace('geheim', () => '${DB_PASSWORD:-x} $$no').replace('image: postgres:15', 'image: "$IMAGE"');
  expect(read(withVariable)).toMatchObject({ variables: ['IMAGE', 'DB_PASSWORD'], cannot: null });
  expect(read(FILE).command).toEqual(['postgres', '-c', 'primary_conninfo=host=a password=auch-geheim', '-c', 'max_wal_senders=5']);
  expect(read(FILE.replace('=5', '=${SENDERS}')).cannot).toContain('takes a variable');
  expect(readCompose(Buffer.from([0x61, 0xff]), 'db').cannot).toContain('UTF-8');
}); // prettier-ignore
