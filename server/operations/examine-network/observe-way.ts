import { toAppError } from '#server/errors/app-error.ts';
import { decideHba, type HbaAttempt, type HbaVerdict } from '#server/domain/hba-rules.ts';
import { placeText } from '#server/domain/firewall.ts';
import { passfilePath } from '#server/domain/own-files.ts';
import type { Text } from '#server/domain/plan.ts';
import type { HostSetup } from '#server/ports/host-setup.ts';
import type { DialResult, HbaReader, LinkProbe } from '#server/ports/link-probe.ts';
import type { ReplicationTry } from '#server/ports/postgres-admin.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { OperationNode } from '../pair-world.ts';
import type { Examined, Side } from './examined.ts';

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
  /** Who decides before a set-up has put its lines first; null = there is no set-up to come. */
  today: HbaVerdict | null;
}

/** Bytes a second of a stream through the standby's port, where nobody listens yet. */
export interface Stream {
  /** Null = no port could be opened there. */
  port: number | null;
  toStandby: number | null;
  toPrimary: number | null;
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
  /** As which address the target sees who comes; null = nothing could tell. */
  seenAs: string | null;
  login: ReplicationTry | Unknown | null;
  /** Only towards a standby that is to come. */
  stream: Stream | Unknown | null;
  bandwidth: { bytesPerSecond: number; atMost: boolean } | Unknown | { unknown: Text } | null;
}

const other = (side: Side): Side => (side === 'primary' ? 'standby' : 'primary');

/** Each look by itself: what one cannot tell, another may. */
export async function observeWay(
  nodes: NetworkWorldNodes,
  examined: Examined,
  from: Side,
  wait: Wait,
): Promise<WayObservation> {
  const to = other(from);
  const { address: host, location } = examined[to];
  const { port } = location;
  const source = await orUnknown(wait, () => nodes[from].network.sourceAddress(host, wait));
  const dial = await orUnknown(wait, () => nodes[from].link.dial(host, port, { ...wait, timeoutMs: 30_000 }));
  const stream = await streamOf(nodes, examined, { to, dial }, wait);
  const login = await loginOf(nodes[from], examined, { from, to, dial }, wait);
  const seenAs = examined.planned?.seenAs[from] ?? seenAddress(login, source);
  const shut = !isOpen(dial) && !letsThrough(stream, port);
  return {
    from,
    to,
    source,
    dial,
    stream,
    seenAs,
    blockedBy:
      !shut || seenAs === null ? null : await orUnknown(wait, () => blockers(nodes[to], seenAs, port, wait)),
    hba: await orUnknown(wait, () => hbaFindings(nodes[to], examined, to, seenAs, wait)),
    login,
    bandwidth: await bandwidthOf(nodes[from], examined, { from, to, dial }, wait),
  };
}

type Tried = Pick<WayObservation, 'from' | 'to' | 'dial'>;

export const isOpen = (dial: WayObservation['dial']): boolean => 'result' in dial && dial.result === 'open';

/** Whether exactly this port took a connection, opened for a moment. */
export const letsThrough = (stream: WayObservation['stream'], port: number): boolean =>
  stream !== null && 'toStandby' in stream && stream.port === port && stream.toStandby !== null;

/** Before the standby is there its port is opened for one connection, which is measured. */
async function streamOf(
  nodes: NetworkWorldNodes,
  { planned, standby }: Examined,
  { to, dial }: Pick<Tried, 'to' | 'dial'>,
  wait: Wait,
): Promise<Stream | Unknown | null> {
  if (planned === null || to !== 'standby') return null;
  if ('unknown' in dial || !['open', 'refused'].includes(dial.result)) return null;
  const long = { ...wait, timeoutMs: 40_000 };
  return orUnknown(wait, async () => {
    let toPrimary: number | null = null;
    const { port, bytesPerSecond } = await nodes.standby.link.takeStream(
      standby.location.port,
      async (opened) => {
        toPrimary = await nodes.primary.link.giveStream(standby.address, opened, long);
      },
      long,
    );
    return { port, toStandby: bytesPerSecond, toPrimary };
  });
}

/** With the account that the pair replicates with; there is none before a set-up. */
async function loginOf(
  node: NetworkNode,
  examined: Examined,
  { from, to, dial }: Tried,
  wait: Wait,
): Promise<WayObservation['login']> {
  const { replicationRole: user, planned } = examined;
  if (!isOpen(dial) || user === null || planned !== null) return null;
  const { address: host, location } = examined[to];
  const passfile = passfilePath(examined[from].location.dataDirectory);
  return orUnknown(wait, () =>
    node.network.replication({ ...wait, host, port: location.port, user, passfile }),
  );
}

async function bandwidthOf(
  node: NetworkNode,
  examined: Examined,
  { from, to, dial }: Tried,
  wait: Wait,
): Promise<WayObservation['bandwidth']> {
  const { rewindRole: user, planned } = examined;
  if (!isOpen(dial) || user === null || planned !== null) return null;
  const { address: host, location } = examined[to];
  const passfile = passfilePath(examined[from].location.dataDirectory);
  return orUnknown(wait, () => node.link.receive({ ...wait, host, port: location.port, user, passfile }));
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

/** A standby that is to come has no rules yet: they come with the copy. */
async function hbaFindings(
  node: NetworkNode,
  { planned, replicationRole, rewindRole, ...sides }: Examined,
  to: Side,
  address: string | null,
  wait: Wait,
): Promise<HbaFinding[]> {
  if (planned !== null && to === 'standby') return [];
  if (address === null) throw new Error('the address of the other server is not known');
  const inFile = await node.hba.rules(wait);
  const rules = [...(planned?.rules ?? []), ...inFile];
  // A container has addresses of its own, which the host does not tell.
  const ownNetworks = sides[to].location.kind === 'docker' ? null : await node.link.networks(wait);
  const findings: HbaFinding[] = [];
  for (const [user, database] of [
    [replicationRole, null],
    [rewindRole, 'postgres'],
  ] as const) {
    if (user === null) continue;
    const memberOf = planned === null ? await node.hba.memberOf(user, wait) : [user];
    const attempt: Omit<HbaAttempt, 'encrypted'> = { address, database, user, memberOf, ownNetworks };
    findings.push({
      user,
      database,
      encrypted: decideHba(rules, { ...attempt, encrypted: true }),
      plain: decideHba(rules, { ...attempt, encrypted: false }),
      today: planned === null ? null : decideHba(inFile, { ...attempt, encrypted: true }),
    });
  }
  return findings;
}

/** What a look says, or why it could not tell. */
export async function orUnknown<T>(wait: Wait, look: () => Promise<T>): Promise<T | Unknown> {
  try {
    return await look();
  } catch (thrown) {
    wait.signal.throwIfAborted();
    const { message, detail } = toAppError(thrown);
    return { unknown: thrown instanceof Error && detail === undefined ? thrown.message : message };
  }
}
