import * as z from 'zod';
import type { HbaReader } from '#server/ports/link-probe.ts';
import type { PostgresRuntime } from '#server/ports/postgres-runtime.ts';

/** Lines with an error have no fields; what PostgreSQL does with such a file is told by hbaErrors. */
const RULES = `SELECT json_build_object('line', line_number, 'type', type, 'databases', coalesce(database, '{}'),
  'users', coalesce(user_name, '{}'), 'address', address, 'netmask', netmask, 'method', auth_method)
FROM pg_hba_file_rules WHERE error IS NULL ORDER BY line_number`;

const MEMBER_OF = `WITH RECURSIVE member AS (
  SELECT oid FROM pg_roles WHERE rolname = :'role'
  UNION SELECT m.roleid FROM pg_auth_members m JOIN member ON m.member = member.oid)
SELECT rolname FROM pg_roles JOIN member USING (oid) ORDER BY 1`;

const zRule = z.object({
  line: z.number(),
  type: z.string(),
  databases: z.array(z.string()),
  users: z.array(z.string()),
  address: z.string().nullable(),
  netmask: z.string().nullable(),
  method: z.string(),
});

/** HbaReader through psql on the host. */
export function createHbaReader(runtime: PostgresRuntime): HbaReader {
  return {
    rules: async (o) =>
      (await runtime.superuserSql(RULES, {}, { ...o, reads: true })).map(([row = '']) =>
        zRule.parse(JSON.parse(row)),
      ),
    memberOf: async (role, o) =>
      (await runtime.superuserSql(MEMBER_OF, { role }, { ...o, reads: true })).map(([name = '']) => name),
  };
}
