import { pairHbaRules, type HbaRoles } from '#server/domain/hba-block.ts';
import type { HbaRule } from '#server/domain/hba-rules.ts';

const WHOLE_V4 = '255.255.255.255';
const WHOLE_V6 = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';

/** The lines that a set-up writes for these addresses, as the server would tell them. */
export function plannedRules(roles: HbaRoles, addresses: readonly string[]): HbaRule[] {
  return pairHbaRules(roles, addresses).flatMap((line) => {
    const [type = '', database = '', user = '', where = '', method = ''] = line.split(' ');
    if (type !== 'host') return [];
    const address = where.replace(/\/\d+$/, '');
    const netmask = address.includes(':') ? WHOLE_V6 : WHOLE_V4;
    const users = [user.replaceAll('"', '')];
    return [{ line: 0, type, databases: [database], users, address, netmask, method }];
  });
}
