import type { NodeSample } from '#server/domain/node-sample.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { PairView } from '#server/services/services.ts';

/** Which servers of a pair accept writes, by the newest sample. */
export interface WritersNow {
  accepting: string[];
  /** They do not answer, so nobody knows. */
  silent: string[];
}

type Nodes = Pick<PairView, 'primary' | 'standby'>;

/** Asked of what each server says of itself, never of the roles on record. */
export function writersNow(pair: Nodes, sample: Pick<PairSample, 'primary' | 'standby'>): WritersNow {
  const named = [
    { name: nameOf(pair, sample.primary, 'primary'), node: sample.primary },
    { name: nameOf(pair, sample.standby, 'standby'), node: sample.standby },
  ];
  return {
    accepting: named.filter(({ node }) => node.reachable && !node.inRecovery).map(({ name }) => name),
    silent: named.filter(({ node }) => !node.reachable).map(({ name }) => name),
  };
}

/** A sample may be of the roles before the change; its instance says whose it is. */
function nameOf(pair: Nodes, node: NodeSample, role: 'primary' | 'standby'): string {
  const other = role === 'primary' ? pair.standby : pair.primary;
  return node.instanceId === other.instanceId ? other.serverName : pair[role].serverName;
}
