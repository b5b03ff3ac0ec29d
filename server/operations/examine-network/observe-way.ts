import { toAppError } from '#server/errors/app-error.ts';
import { decideHba, type HbaVerdict } from '#server/domain/hba-rules.ts';
import { placeText } from '#server/domain/firewall.ts';
import { passfilePath } from '#server/domain/own-files.ts';
import type { Text } from '#server/domain/plan.ts';
import type { HostSetup } from '#server/ports/host-setup.ts';
import type { DialResult, HbaReader, LinkProbe } from '#server/ports/link-probe.ts';
import type { ReplicationTry } from '#server/ports/postgres-admin.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { OperationNode } from '../pair-world.ts';
import type { ExamineNetworkInput, Side } from './input.ts';

/** One server as the network is looked at from it. */
export interface NetworkNode {
  network: Pick<OperationNode['network'], 'sourceAddress' | 'replication'>;
  link: LinkProbe;
  hba: HbaReader;
  setup: Pick<HostSetup, 'system' | 'firewall' | 'hasRule'>;
}

export type NetworkWorldNodes = Record<Side, NetworkNode>;

/** What was not to be found out, in the words of the error. */
export type Unknown = { unknown: string };

/** Who may log in: with TLS and without it, by the rules of the target. */
export interface HbaFinding {
  user: string;
  database: string | null;
  encrypted: HbaVerdict;
  plain: HbaVerdict;
}

/** Everything seen of the way from one server to PostgreSQL's port of the other. */
export interface WayObservation {
  from: Side;
  to: Side;
  source: string | null | Unknown;
  dial: DialResult | Unknown;
  /** Firewalls of the target without a rule for it; only asked for when the port is not open. */
  blockedBy: Text[] | Unknown | null;
  hba: HbaFinding[] | Unknown;
  login: ReplicationTry | Unknown | null;
  bandwidth: { bytesPerSecond: number; atMost: boolean } | Unknown | null;
}

const other = (side: Side): Side => (side === 'primary' ? 'standby' : 'primary');

/** Each look by itself: what one cannot tell, another may. */
export async function observeWay(
  nodes: NetworkWorldNodes,
  input: ExamineNetworkInput,
  from: Side,
  wait: Wait,
): Promise<WayObservation> {
  const to = other(from);
  const [self, target] = [input[from], input[to]];
  const { address: host } = target;
  const { port } = target.location;
  const source = await orUnknown(wait, () => nodes[from].network.sourceAddress(host, wait));
  const dial = await orUnknown(wait, () => nodes[from].link.dial(host, port, { ...wait, timeoutMs: 30_000 }));
  const open = 'result' in dial && dial.result === 'open';
  const passfile = passfilePath(self.location.dataDirectory);
  const { replicationRole, rewindRole } = input;
  const login =
    !open || replicationRole === null
      ? null
      : await orUnknown(wait, () =>
          nodes[from].network.replication({ ...wait, host, port, user: replicationRole, passfile }),
        );
  const seenAs = seenAddress(login, source);
  return {
    from,
    to,
    source,
    dial,
    blockedBy:
      open || seenAs === null ? null : await orUnknown(wait, () => blockers(nodes[to], seenAs, port, wait)),
    hba: await orUnknown(wait, () => hbaFindings(nodes[to], input, to, seenAs, wait)),
    login,
    bandwidth:
      !open || rewindRole === null
        ? null
        : await orUnknown(wait, () =>
            nodes[from].link.receive({ ...wait, host, port, user: rewindRole, passfile }),
          ),
  };
}

/** The server's own word on the address counts more than the kernel's plan of it. */
function seenAddress(login: WayObservation['login'], source: WayObservation['source']): string | null {
  if (login !== null && 'result' in login && login.result === 'no-hba-rule') return login.seenAddress;
  return typeof source === 'string' ? source : null;
}

async function blockers(node: NetworkNode, from: string, port: number, wait: Wait): Promise<Text[]> {
  const system = await node.setup.system(wait);
  if (!system.root) throw new Error('no root there to look at its firewall');
  const { places } = await node.setup.firewall({ from, port }, wait);
  const names: Text[] = [];
  for (const place of places)
    if (!(await node.setup.hasRule(place, { from, port }, wait))) names.push(placeText(place));
  return names;
}

async function hbaFindings(
  node: NetworkNode,
  input: ExamineNetworkInput,
  to: Side,
  address: string | null,
  wait: Wait,
): Promise<HbaFinding[]> {
  if (address === null) throw new Error('the address of the other server is not known');
  const rules = await node.hba.rules(wait);
  // A container has addresses of its own, which the host does not tell.
  const ownNetworks = input[to].location.kind === 'docker' ? null : await node.link.networks(wait);
  const findings: HbaFinding[] = [];
  for (const [user, database] of [
    [input.replicationRole, null],
    [input.rewindRole, 'postgres'],
  ] as const) {
    if (user === null) continue;
    const memberOf = await node.hba.memberOf(user, wait);
    const attempt = { address, database, user, memberOf, ownNetworks };
    findings.push({
      user,
      database,
      encrypted: decideHba(rules, { ...attempt, encrypted: true }),
      plain: decideHba(rules, { ...attempt, encrypted: false }),
    });
  }
  return findings;
}

async function orUnknown<T>(wait: Wait, look: () => Promise<T>): Promise<T | Unknown> {
  try {
    return await look();
  } catch (thrown) {
    wait.signal.throwIfAborted();
    const { message, detail } = toAppError(thrown);
    return { unknown: thrown instanceof Error && detail === undefined ? thrown.message : message };
  }
}
