import type { FirewallPlace } from './firewall.ts';

type NftPlace = Extract<FirewallPlace, { kind: 'nftables' }>;

/** One row of `nft -j list ruleset`, as far as it is read. */
export interface NftRow {
  chain?: { family: string; table: string; name: string; hook?: string; policy?: string; type?: string };
  rule?: { family: string; table: string; chain: string; handle: number; comment?: string; expr: unknown[] };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** A rule that ends everything that comes to it: nothing is matched, and it drops or rejects. */
function endsAll(expr: readonly unknown[]): boolean {
  const keys = expr.flatMap((part) => (isObject(part) ? Object.keys(part) : []));
  return !keys.includes('match') && keys.some((key) => key === 'drop' || key === 'reject');
}

/** Base chains of `hook` in which an address of that family needs a rule that accepts it. */
export function filteringChains(
  rows: readonly NftRow[],
  o: { hook: 'input' | 'forward'; v6: boolean },
): NftPlace[] {
  const families = ['inet', o.v6 ? 'ip6' : 'ip'];
  return rows.flatMap(({ chain }) => {
    if (chain?.hook !== o.hook || chain.type !== 'filter' || !families.includes(chain.family)) return [];
    const { family, table, name } = chain;
    const rules = rows.flatMap(({ rule }) =>
      rule?.family === family && rule.table === table && rule.chain === name ? [rule] : [],
    );
    const filters = chain.policy === 'drop' || rules.some((rule) => endsAll(rule.expr));
    return filters ? [{ kind: 'nftables' as const, family, table, chain: name, hook: o.hook }] : [];
  });
}

/** Handles of the rules of a chain that have the comment. */
export function ruleHandles(rows: readonly NftRow[], place: NftPlace, comment: string): number[] {
  return rows.flatMap(({ rule }) =>
    rule?.family === place.family &&
    rule.table === place.table &&
    rule.chain === place.chain &&
    rule.comment === comment
      ? [rule.handle]
      : [],
  );
}
