import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  MIGRATIONS_DIRECTORY,
  readMigrations,
  SCHEMA_FILE,
} from '#server/adapters/store/migrations/migration-files.ts';
import { readClosedLists, renderConstraints } from './closed-lists.ts';

const schema = (comment: string) => `model Pair {
  id   String @id
  /// ${comment}
  role String

  @@map("pair")
}
`;

it('turns a list in a comment into a constraint', () => {
  const lists = readClosedLists(schema('primary | standby'));
  expect(lists).toEqual([{ table: 'pair', column: 'role', values: ['primary', 'standby'] }]);
  expect(renderConstraints([], lists)).toContain(`CHECK ("role" IN ('primary', 'standby'))`);
});

it('replaces a constraint whose list has changed and leaves the others', () => {
  const before = readClosedLists(schema('primary | standby'));
  const after = readClosedLists(schema('primary | standby | witness'));
  expect(renderConstraints(before, after)).toContain('DROP CONSTRAINT "pair_role_closed"');
  expect(renderConstraints(before, before)).toBe('');
});

it('takes no prose for a list', () => {
  expect(readClosedLists(schema('Bucket length in seconds.'))).toEqual([]);
});

it('has a migration for every change of the schema', async () => {
  const { migrationDirectories } = await readMigrations();
  const last = migrationDirectories.at(-1)?.path ?? '';
  const snapshot = readFileSync(`${MIGRATIONS_DIRECTORY}/${last}/schema.prisma`, 'utf8');
  expect(snapshot, 'run `npm run db:migration -- name`').toBe(readFileSync(SCHEMA_FILE, 'utf8'));
});
