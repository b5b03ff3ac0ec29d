import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { takeFlagsOff } from './take-flags-off.ts';

const file = (command: string): string => `# the shop
services:
  mail: { image: "mail:1", command: [serve, -c, wal_level=minimal] }
  db:
    image: postgres:15   # not 16 yet
    environment:
      POSTGRES_PASSWORD:   "x"
${command}
    ports: ["5432:5432"]

volumes:
  data:
`;
const GUIDE = file(`    command: >
      postgres
      -c hba_file=/etc/postgresql/pg_hba.conf
      -c wal_level=replica
      -c max_wal_senders=5
      -c hot_standby=on`);

it('takes whole lines out of a folded command, and leaves every other byte', () => {
  expect(takeFlagsOff(GUIDE, 'db', ['wal_level', 'max_wal_senders', 'hot_standby'])).toBe(
    file(`    command: >
      postgres
      -c hba_file=/etc/postgresql/pg_hba.conf`),
  );
});

it.each([
  ['one line', '    command: postgres -c wal_level=replica -c work_mem=8MB', '    command: postgres -c work_mem=8MB'],
  ['a comment behind', '    command: postgres -c wal_level=replica # ours', '    command: postgres # ours'],
  ['double quotes', '    command: "postgres -c wal_level=replica  -c work_mem=8MB"', '    command: "postgres -c work_mem=8MB"'],
  ['single quotes', "    command: 'postgres -cwal_level=replica'", "    command: 'postgres'"],
  ['a literal block', '    command: |\n      postgres\n        --wal-level=replica\n        -c work_mem=8MB', '    command: |\n      postgres\n        -c work_mem=8MB'],
  ['a stripped block, two on a line', '    command: >-\n      postgres -c work_mem=8MB -c wal_level=replica\n      -c wal_level=logical --hot_standby=on', '    command: >-\n      postgres -c work_mem=8MB\n      --hot_standby=on'],
  ['nothing else', '    command: -c wal_level=replica -c wal_level=logical', '    command: postgres'],
  ['quotes of the shell', `    command: postgres -c 'wal_level=replica' -c "work_mem=8MB"`, '    command: postgres -c "work_mem=8MB"'],
])('takes a setting out of a text: %s', (_, before, after) => {
  expect(takeFlagsOff(file(before), 'db', ['wal_level'])).toBe(file(after));
}); // prettier-ignore

it.each([
  ['items in two', '    command:\n      - postgres\n      # why\n      - -c\n      - wal_level=replica\n      - "-c"\n      - work_mem=8MB', '    command:\n      - postgres\n      # why\n      - "-c"\n      - work_mem=8MB'],
  ['one item, and the last one', '    command:\n    - postgres\n    - --work-mem=8MB\n    - -cwal_level=replica # ours', '    command:\n    - postgres\n    - --work-mem=8MB'],
  ['nothing else', '    command:\n      - -c\n      - wal_level=replica', '    command:\n      - postgres'],
  ['brackets', '    command: ["postgres", "-c", "wal_level=replica", "-c", "work_mem=8MB"]', '    command: ["postgres", "-c", "work_mem=8MB"]'],
  ['brackets, the last', "    command: [ postgres, '-c', 'wal_level=replica' ] # ours", '    command: [ postgres ] # ours'],
  ['brackets over lines', '    command: [\n      postgres,\n      -c, wal_level=replica,\n      -c, work_mem=8MB,\n    ]', '    command: [\n      postgres,\n      -c, work_mem=8MB,\n    ]'],
  ['brackets, nothing else', '    command: [-c, wal_level=replica]', '    command: [postgres]'],
])('takes a setting out of a list: %s', (_, before, after) => {
  const made = takeFlagsOff(file(before), 'db', ['wal_level']);
  expect(made).toBe(file(after));
  expect(parse(made)).toBeTruthy();
}); // prettier-ignore

it('changes nothing where the setting is not there', () => {
  expect(takeFlagsOff(GUIDE, 'db', ['ssl'])).toBe(GUIDE);
});

it.each([
  ['broken YAML', 'services: [', 'cannot be read'],
  ['no such service', 'services: { other: { image: a } }', 'no service db'],
  ['extends', file('    extends: { service: mail }\n    command: postgres'), 'extends another'],
  ['build', file('    build: .\n    command: postgres'), 'builds its image'],
  ['an image that is always fetched', file('    pull_policy: always\n    command: postgres'), 'pull_policy'],
  ['a command from an anchor', `x: &c [postgres]\n${file('    command: *c')}`, 'neither a text nor a list'],
  ['a service from an anchor', `x: &s { command: postgres }\n${file('    <<: *s')}`, 'no command of its own'],
  ['escapes', file('    command: "postgres -c \\"wal_level=replica\\""'), 'escapes'],
  ['an open quote', file("    command: postgres -c 'wal_level=replica"), 'not closed'],
])('refuses %s and says why', (_, source, why) => {
  expect(() => takeFlagsOff(source, 'db', ['wal_level'])).toThrow(why);
});
