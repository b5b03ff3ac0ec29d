import type { GateResult, Text } from '#server/domain/plan.ts';
import { GATE_WAIT_S, policyText, type GatePolicy, type GateWish } from '#server/domain/start-gate.ts';
import { sameText, text } from '#server/domain/text.ts';
import { toAppError } from '#server/errors/app-error.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { OperationNode } from '../pair-world.ts';
import { OLDEST_GATE_MAJOR, tooOldForGate } from './too-old-for-gate.ts';

export interface GateDecision {
  /** Null = no gate: it was not wanted, or it is not possible here, and then `gates` says so. */
  policy: GatePolicy | null;
  gates: GateResult[];
}

const TITLE = text('A start gate before each start', 'Eine Startsperre vor jedem Start');
const WITHOUT = text(
  'The plan goes without it: an old primary that was out of reach during a failover may come back writable.',
  'Der Plan kommt ohne sie aus: Ein alter Primärserver, der beim Failover nicht erreichbar war, kann schreibbar zurückkommen.',
);

/**
 * What becomes of the wish on these two servers, looked at before any of them is changed. Where a gate is not
 * possible the answer is a warning, never a refusal: the pair is worth having without it.
 */
export async function decideGate(o: {
  wish: GateWish;
  majorVersion: number;
  nodes: Record<'primary' | 'standby', OperationNode>;
  measuredAtMs: number;
  wait: Wait;
}): Promise<GateDecision> {
  const { wish, measuredAtMs, wait } = o;
  if (wish === 'none') return { policy: null, gates: [] };
  const row = { code: 'start-gate', title: TITLE, measuredAtMs };
  const warning = (server: string | null, detail: Text, fix: Text): GateResult => ({
    ...row,
    state: 'warning',
    server,
    detail: text(`${detail.en} ${WITHOUT.en}`, `${detail.de} ${WITHOUT.de}`),
    fix,
  });
  if (o.majorVersion < OLDEST_GATE_MAJOR)
    return { policy: null, gates: [warning(null, tooOldForGate(o.majorVersion), UPGRADE)] };
  const found = await Promise.all(
    [o.nodes.primary, o.nodes.standby].map(async (node) => ({ node, why: await obstacleOn(node, wait) })),
  );
  const obstacles = found.flatMap(({ node, why }) =>
    why === null ? [] : [warning(node.serverName, why.detail, why.fix)],
  );
  if (obstacles.length > 0) return { policy: null, gates: obstacles };
  return {
    policy: wish,
    gates: [{ ...row, state: 'ok', server: null, detail: policyText(wish, GATE_WAIT_S), fix: null }],
  };
}

interface Obstacle {
  detail: Text;
  fix: Text;
}

/** Why no gate can be laid there; null = it can. */
async function obstacleOn({ runtime, probe }: OperationNode, wait: Wait): Promise<Obstacle | null> {
  if (runtime.startGate === null) return NOT_HERE;
  const facts = await probe.facts(wait);
  if (!facts.isRoot && !(await probe.mayActAs('root', wait)))
    return {
      detail: text(
        `The user ${facts.user} may not act as root, and a gate belongs to root.`,
        `Der Benutzer ${facts.user} darf nicht als root handeln, und eine Startsperre gehört root.`,
      ),
      fix: text(
        'Allow it with sudo, then make the plan anew; or lay the gates later from the pair’s page.',
        'Erlauben Sie es mit sudo und erstellen Sie den Plan neu; oder legen Sie die Startsperren später von der Seite des Serverpaars aus.',
      ),
    };
  const state = await runtime.startGate.state(wait).catch((thrown: unknown) => toAppError(thrown));
  if (state === 'not-here') return NOT_HERE;
  if (state instanceof Error)
    return {
      detail: sameText(`${state.message}.`),
      fix: text('Make the plan anew.', 'Erstellen Sie den Plan neu.'),
    };
  return null;
}

const NOT_HERE: Obstacle = {
  detail: text(
    'systemd does not start PostgreSQL here; a start by hand or by another program would go round a gate.',
    'systemd startet PostgreSQL hier nicht; ein Start von Hand oder durch ein anderes Programm ginge an einer Startsperre vorbei.',
  ),
  fix: text(
    'Possible are Debian clusters, systemd units and containers of an engine that systemd starts.',
    'Möglich sind Debian-Cluster, systemd-Units und Container einer Engine, die systemd startet.',
  ),
};
const UPGRADE = text(
  `From PostgreSQL ${OLDEST_GATE_MAJOR} on it is possible.`,
  `Ab PostgreSQL ${OLDEST_GATE_MAJOR} ist es möglich.`,
);
