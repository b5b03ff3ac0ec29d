import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { OperationNode } from '../pair-world.ts';

export interface MeasuredAddresses {
  primary: { address: string; seenAs: string };
  standby: { address: string; seenAs: string };
}

/** A role that surely does not exist: the server refuses it and names the address that it saw. */
const NOBODY = 'tandem_measures_addresses';

/**
 * Addresses as the other side sees them, from real connections: inventory names are only the first
 * guess of how a host is reached. The server's own refusal tells the address behind any NAT.
 */
export async function measureAddresses(
  primary: { node: OperationNode; guess: string },
  standby: { node: OperationNode; guess: string },
  wait: Wait,
): Promise<MeasuredAddresses> {
  const { port } = primary.node.runtime.location;
  const primaryAddress = await firstReachable(
    standby.node,
    await candidates(primary, standby.guess, wait),
    port,
    wait,
  );
  const answer = await standby.node.network.replication({
    ...wait,
    host: primaryAddress,
    port,
    user: NOBODY,
    passfile: null,
  });
  const standbySeenAs =
    answer.result === 'no-hba-rule'
      ? answer.seenAddress
      : ((await standby.node.network.sourceAddress(primaryAddress, wait)) ?? standby.guess);
  const standbyAddress =
    isLoopback(standby.guess) || !isAddress(standby.guess) ? standbySeenAs : standby.guess;
  const primarySeenAs =
    (await seenByStandby(primary.node, standby.node, standbyAddress, wait)) ??
    (await primary.node.network.sourceAddress(standbyAddress, wait)) ??
    primaryAddress;
  return {
    primary: { address: primaryAddress, seenAs: primarySeenAs },
    standby: { address: standbyAddress, seenAs: standbySeenAs },
  };
}

/** A standby that runs already says whom it sees; before that, its port is opened for one connection. */
async function seenByStandby(
  primary: OperationNode,
  standby: OperationNode,
  host: string,
  wait: Wait,
): Promise<string | null> {
  const { port } = standby.runtime.location;
  const answer = await primary.network.replication({ ...wait, host, port, user: NOBODY, passfile: null });
  if (answer.result === 'no-hba-rule') return answer.seenAddress;
  if (answer.result !== 'unreachable') return null;
  return standby.network.acceptOne(port, () => primary.network.tcp(host, port, wait), wait);
}

async function candidates(
  side: { node: OperationNode; guess: string },
  other: string,
  wait: Wait,
): Promise<string[]> {
  const own = isAddress(other) ? await side.node.network.sourceAddress(other, wait) : null;
  return [side.guess, own].filter((a): a is string => a !== null && !isLoopback(a));
}

async function firstReachable(
  from: OperationNode,
  addresses: string[],
  port: number,
  wait: Wait,
): Promise<string> {
  for (const address of addresses) {
    if ((await from.network.tcp(address, port, wait)) === null) return address;
  }
  return addresses.find(isAddress) ?? addresses[0] ?? '127.0.0.1';
}

const isAddress = (text: string): boolean => /^[0-9.]+$/.test(text) || text.includes(':');
const isLoopback = (text: string): boolean =>
  text === 'localhost' || text === '::1' || text.startsWith('127.');
