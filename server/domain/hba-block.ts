/**
 * Tandem's own rules in pg_hba.conf, in one marked block at the top: the first matching rule wins
 * (PostgreSQL manual, "The pg_hba.conf File"), so rules of others cannot shadow ours, and ours
 * name only our own roles.
 */
const BEGIN = '# BEGIN Tandem: rules for its own roles; do not edit by hand';
const END = '# END Tandem';

/** Lines of the block in the file; null when there is none. */
export function readHbaBlock(content: string): string[] | null {
  const lines = content.split('\n');
  const begin = lines.indexOf(BEGIN);
  const end = lines.indexOf(END, begin + 1);
  return begin === -1 || end === -1 ? null : lines.slice(begin + 1, end);
}

/** The file with exactly these lines as the block. Everything else keeps its bytes. */
export function withHbaBlock(content: string, block: readonly string[]): string {
  return [BEGIN, ...block, END, withoutHbaBlock(content)].join('\n');
}

/** The file without the block; a file without one comes back as it is. */
export function withoutHbaBlock(content: string): string {
  const lines = content.split('\n');
  const begin = lines.indexOf(BEGIN);
  const end = lines.indexOf(END, begin + 1);
  if (begin === -1 || end === -1) return content;
  return [...lines.slice(0, begin), ...lines.slice(end + 1)].join('\n');
}

/** An hba name field: quoted, so that no name is a keyword. */
export function hbaName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A CIDR form of one address: IPv4 /32, IPv6 /128. */
export function hbaAddress(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

export interface HbaRoles {
  replication: string;
  rewind: string;
  monitor: string;
}

/** The rules that a pair needs: replication and rewind from both nodes, monitoring from the host itself. */
export function pairHbaRules(
  roles: HbaRoles,
  addresses: readonly string[],
  o: { inContainer?: boolean } = {},
): string[] {
  const rules = monitorHbaRules(roles.monitor, o);
  for (const address of [...new Set(addresses)]) {
    rules.push(`host replication ${hbaName(roles.replication)} ${hbaAddress(address)} scram-sha-256`);
    rules.push(`host postgres ${hbaName(roles.rewind)} ${hbaAddress(address)} scram-sha-256`);
  }
  return rules;
}

/**
 * Tandem's monitoring sessions come through SSH: the socket, or the loopback address. To a server in a
 * container the host itself is a neighbour: it sees the gateway of the network that both are on.
 */
export function monitorHbaRules(monitor: string, o: { inContainer?: boolean } = {}): string[] {
  return [
    `local postgres ${hbaName(monitor)} scram-sha-256`,
    `host postgres ${hbaName(monitor)} 127.0.0.1/32 scram-sha-256`,
    `host postgres ${hbaName(monitor)} ::1/128 scram-sha-256`,
    ...(o.inContainer === true ? [`host postgres ${hbaName(monitor)} samenet scram-sha-256`] : []),
  ];
}
