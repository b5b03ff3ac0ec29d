import type { Text } from './plan.ts';
import { sameText, text } from './text.ts';
import type { RouteKind } from './client-route.ts';

/** What answers at the end of a route, as one try saw it. */
export type RouteAnswer =
  /** The session of a login; a node is known by the start of its postmaster, to the microsecond. */
  | { state: 'answered'; inRecovery: boolean; systemIdentifier: string; startedAt: string }
  /** Something listens; who it is cannot be proven without a login. */
  | { state: 'refused'; detail: string }
  | { state: 'unreachable'; detail: string };

/** A node of the pair as its own session says. */
export interface KnownNode {
  serverName: string;
  systemIdentifier: string;
  startedAt: string;
}

/** Where a route leads, seen once. */
export interface RouteSighting {
  routeId: string;
  name: string;
  kind: RouteKind;
  address: string;
  /** `node`: a server of the pair; `stranger`: another database system, or a node that cannot be told. */
  state: 'node' | 'stranger' | 'unproven' | 'unreachable';
  /** The server of the pair that answers. */
  serverName: string | null;
  acceptsWrites: boolean | null;
  /** What was heard when nothing is proven, in the answerer's words. */
  detail: string | null;
  /** How long resolvers may keep the name's old address, s; null = not known, or no name. */
  ttlSeconds: number | null;
}

export function sightingOf(
  route: Pick<RouteSighting, 'routeId' | 'name' | 'kind' | 'address'>,
  answer: RouteAnswer & { ttlSeconds: number | null },
  nodes: readonly KnownNode[],
): RouteSighting {
  const { routeId, name, kind, address } = route;
  const seen = { routeId, name, kind, address, ttlSeconds: answer.ttlSeconds };
  if (answer.state !== 'answered') {
    const state = answer.state === 'refused' ? 'unproven' : 'unreachable';
    return { ...seen, state, serverName: null, acceptsWrites: null, detail: answer.detail };
  }
  const acceptsWrites = !answer.inRecovery;
  const node = nodes.find(
    (n) => n.systemIdentifier === answer.systemIdentifier && n.startedAt === answer.startedAt,
  );
  if (node !== undefined)
    return { ...seen, state: 'node', serverName: node.serverName, acceptsWrites, detail: null };
  return {
    ...seen,
    state: 'stranger',
    serverName: null,
    acceptsWrites,
    detail: `database system ${answer.systemIdentifier}, started ${answer.startedAt}`,
  };
}

/** One sentence for plan, gate and run. */
export function sightingText(s: RouteSighting): Text {
  switch (s.state) {
    case 'node': {
      const name = s.serverName ?? '';
      return s.acceptsWrites === true
        ? text(`leads to ${name}, which accepts writes`, `führt zu ${name}, der Schreibzugriffe annimmt`)
        : text(`leads to ${name}, which is read-only`, `führt zu ${name}, der nur lesbar ist`);
    }
    case 'stranger':
      return text(
        `leads to neither server of the pair: ${s.detail}`,
        `führt zu keinem Server des Paares: ${s.detail}`,
      );
    case 'unproven':
      return text(
        `the port is open; who answers is not proven: ${s.detail}`,
        `der Port ist offen; wer antwortet, ist nicht bewiesen: ${s.detail}`,
      );
    case 'unreachable':
      return text(`not reachable: ${s.detail}`, `nicht erreichbar: ${s.detail}`);
  }
}

/** The route's name and address, for titles. */
export const routeTitle = (s: Pick<RouteSighting, 'name' | 'address'>): Text =>
  sameText(s.name === s.address ? s.name : `${s.name} (${s.address})`);

/** True when clients of the route reach this server and it accepts writes. */
export const arrivesAt = (s: RouteSighting, serverName: string): boolean =>
  s.state === 'node' && s.serverName === serverName && s.acceptsWrites === true;

/** Where clients arrived behind a change of roles, as its run kept it. */
export interface RouteOutcome {
  newPrimary: string;
  seenAtMs: number;
  routes: RouteSighting[];
}
