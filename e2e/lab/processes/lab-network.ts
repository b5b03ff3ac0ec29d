import { createServer } from 'node:net';
import { lackingOnLoopback } from '#e2e/lab/lab-kind.ts';
import { requireProgram, runProgram } from './run-program.ts';

/** `blackhole` packets vanish; `incoming` and `outgoing` are seen from the host. */
export type CutDirection = 'both' | 'incoming' | 'outgoing';

/** The addresses of one lab. */
export interface LabNetwork {
  /** Bridge of the machine; null on loopback addresses. */
  bridge: string | null;
  number: number;
  /** This machine, as hosts see it. */
  gateway: string;
  address(hostIndex: number): string;
  /** Gives the network back. */
  release(): Promise<void>;
}

/** Networks are 10.77.1.0/24 … 10.77.250.0/24. */
const FIRST_NETWORK = 1;
const LAST_NETWORK = 250;

/**
 * Claims a free network and makes its bridge; throws when the kernel does not allow it. The bridge's
 * name carries the network's number and creating it is atomic, so two labs never share one.
 */
export async function createNetwork(): Promise<LabNetwork> {
  const { stdout } = await requireProgram(['ip', '-4', '-o', 'addr', 'show']);
  let lastError = '';
  for (let number = FIRST_NETWORK; number <= LAST_NETWORK; number += 1) {
    if (stdout.includes(` 10.77.${number}.`)) continue;
    const bridge = bridgeName(number);
    const created = await runProgram(['ip', 'link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0']);
    if (created.exitCode !== 0) {
      lastError = created.stderr.trim();
      if (lastError.includes('File exists')) continue;
      break;
    }
    const gateway = `10.77.${number}.1`;
    await requireProgram(['ip', 'addr', 'add', `${gateway}/24`, 'dev', bridge]);
    await requireProgram(['ip', 'link', 'set', bridge, 'up']);
    const address = (index: number) => `10.77.${number}.${11 + index}`;
    return { bridge, number, gateway, address, release: () => removeNetwork(bridge) };
  }
  throw new Error(
    `no network for practice hosts: ${lastError || 'all of 10.77.1.0/24 to 10.77.250.0/24 are taken'}`,
  );
}

/** A listener that nobody calls holds the number of a loopback network while the lab's process lives. */
const CLAIM_PORT = 2221;

/** Claims 127.77.N.0/24 for hosts that have no networks of their own. */
export async function claimLoopback(): Promise<LabNetwork> {
  for (let number = FIRST_NETWORK; number <= LAST_NETWORK; number += 1) {
    const gateway = `127.77.${number}.1`;
    const claim = createServer().unref();
    const held = new Promise<boolean>((resolve) => {
      claim.once('error', () => resolve(false));
      claim.listen(CLAIM_PORT, gateway, () => resolve(true));
    });
    if (!(await held)) continue;
    const address = (index: number) => `127.77.${number}.${11 + index}`;
    const release = () => new Promise<void>((resolve) => claim.close(() => resolve()));
    return { bridge: null, number, gateway, address, release };
  }
  throw new Error(
    'no loopback network for practice hosts: all of 127.77.1.0/24 to 127.77.250.0/24 are taken',
  );
}

export function bridgeName(number: number): string {
  return `tandem-${number}`;
}

/** Removes a lab's bridge; quiet when it is gone. */
export async function removeNetwork(bridge: string): Promise<void> {
  await runProgram(['ip', 'link', 'del', bridge]);
}

const outerName = (network: LabNetwork, hostIndex: number): string => `tdm${network.number}h${hostIndex}`;

/** Pulls the host's plug out of the bridge: nothing that it still says while it ends is heard. */
export async function detachHost(network: LabNetwork, hostIndex: number): Promise<void> {
  await runProgram(['ip', 'link', 'del', outerName(network, hostIndex)]);
}

/** Gives the network namespace of process `pid` an `eth0` on the bridge. */
export async function attachHost(network: LabNetwork, hostIndex: number, pid: number): Promise<void> {
  const outer = outerName(network, hostIndex);
  // The kernel clears a dead namespace up later; what still has this name was left by one of this network.
  await detachHost(network, hostIndex);
  // A hardware address that stays over a reboot of the host, or its neighbours keep sending to the old one.
  const hardware = `02:77:00:00:${hex(network.number)}:${hex(hostIndex + 1)}`;
  const peer = ['peer', 'name', 'eth0', 'address', hardware, 'netns', String(pid)];
  await requireProgram(['ip', 'link', 'add', outer, 'type', 'veth', ...peer]);
  await requireProgram(['ip', 'link', 'set', outer, 'master', bridgeName(network.number), 'up']);
  const inside = ['nsenter', '-t', String(pid), '-n', 'ip'] as const;
  await requireProgram([...inside, 'link', 'set', 'lo', 'up']);
  await requireProgram([...inside, 'addr', 'add', `${network.address(hostIndex)}/24`, 'dev', 'eth0']);
  await requireProgram([...inside, 'link', 'set', 'eth0', 'up']);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/**
 * Drops the host's packets silently, as a broken switch does; connections that are open stay open
 * and get no answer. With `peer`, only those from and to that address.
 */
export async function cutHost(pid: number, direction: CutDirection, peer: string | null): Promise<void> {
  const rules = [
    direction === 'outgoing'
      ? ''
      : `add rule inet tandem_lab in iifname eth0 ${peer === null ? '' : `ip saddr ${peer}`} drop`,
    direction === 'incoming'
      ? ''
      : `add rule inet tandem_lab out oifname eth0 ${peer === null ? '' : `ip daddr ${peer}`} drop`,
  ];
  const input = [
    'add table inet tandem_lab',
    'add chain inet tandem_lab in { type filter hook input priority 0; }',
    'add chain inet tandem_lab out { type filter hook output priority 0; }',
    ...rules,
    '',
  ].join('\n');
  await requireProgram(['nsenter', '-t', String(pid), '-n', 'nft', '-f', '-'], { input });
}

/** Ends every cut of the host. */
export async function restoreHost(pid: number): Promise<void> {
  await runProgram(['nsenter', '-t', String(pid), '-n', 'nft', 'delete', 'table', 'inet', 'tandem_lab']);
}

/** Whether packets can be dropped here; the reason when not. */
export async function cutUnavailableReason(): Promise<string | null> {
  const lacking = lackingOnLoopback('cutting networks');
  if (lacking !== null) return lacking;
  const probe = await runProgram(['nft', '--version']).catch(() => null);
  return probe?.exitCode === 0 ? null : 'nft is not installed (apt-get install nftables)';
}
