import { maskOf, parseIp, sameUnderMask } from './ip-address.ts';

/** One row of pg_hba_file_rules. Quotes are gone there: a quoted "all" cannot be told from the keyword. */
export interface HbaRule {
  line: number;
  type: string;
  databases: readonly string[];
  users: readonly string[];
  /** Null = none (local). `all`, `samehost`, `samenet`, an address, or a host name. */
  address: string | null;
  netmask: string | null;
  method: string;
}

/** One connection over TCP, as the server sees it. */
export interface HbaAttempt {
  address: string;
  encrypted: boolean;
  /** A physical replication connection has none. */
  database: string | null;
  user: string;
  /** Roles that the user is a member of, itself included, however indirectly. */
  memberOf: readonly string[];
  /** The server's own addresses with their prefix (`10.0.0.1/24`); null = not known. */
  ownNetworks: readonly string[] | null;
}

export type HbaVerdict =
  | { kind: 'rule'; rule: HbaRule; admits: boolean }
  /** The server answers `no pg_hba.conf entry`. */
  | { kind: 'no-rule' }
  /** This rule comes first, and whether it matches hangs on something that is not known here. */
  | { kind: 'depends'; rule: HbaRule; on: 'host-name' | 'own-networks' | 'regular-expression' };

type Match = 'yes' | 'no' | Extract<HbaVerdict, { kind: 'depends' }>['on'];

/** The first rule that matches decides, and no later one is asked (PostgreSQL manual, "The pg_hba.conf File"). */
export function decideHba(rules: readonly HbaRule[], attempt: HbaAttempt): HbaVerdict {
  for (const rule of rules) {
    const match = matches(rule, attempt);
    if (match === 'yes') return { kind: 'rule', rule, admits: rule.method !== 'reject' };
    if (match !== 'no') return { kind: 'depends', rule, on: match };
  }
  return { kind: 'no-rule' };
}

/** `no` of any field decides; otherwise the first that is not known does. */
function matches(rule: HbaRule, attempt: HbaAttempt): Match {
  const fields = [
    typeMatches(rule.type, attempt.encrypted) ? ('yes' as const) : ('no' as const),
    databaseMatches(rule.databases, attempt),
    listMatches(rule.users, (entry) => userMatches(entry, attempt)),
    addressMatches(rule, attempt),
  ];
  if (fields.includes('no')) return 'no';
  return fields.find((field) => field !== 'yes') ?? 'yes';
}

/** GSSAPI encryption is what neither side of ours uses. */
function typeMatches(type: string, encrypted: boolean): boolean {
  if (type === 'host' || type === 'hostnogssenc') return true;
  return type === (encrypted ? 'hostssl' : 'hostnossl');
}

function listMatches(entries: readonly string[], one: (entry: string) => Match): Match {
  let unknown: Match = 'no';
  for (const entry of entries) {
    const match = one(entry);
    if (match === 'yes') return 'yes';
    if (match !== 'no') unknown = match;
  }
  return unknown;
}

/** A physical replication connection matches the word `replication` alone, and no other connection does. */
function databaseMatches(databases: readonly string[], { database, user, memberOf }: HbaAttempt): Match {
  if (database === null) return databases.includes('replication') ? 'yes' : 'no';
  return listMatches(databases, (entry) => {
    if (entry === 'all') return 'yes';
    if (entry === 'replication') return 'no';
    if (entry === 'sameuser') return database === user ? 'yes' : 'no';
    if (entry === 'samerole' || entry === 'samegroup') return memberOf.includes(database) ? 'yes' : 'no';
    return nameMatches(entry, database);
  });
}

function userMatches(entry: string, { user, memberOf }: HbaAttempt): Match {
  if (entry === 'all') return 'yes';
  if (entry.startsWith('+')) return memberOf.includes(entry.slice(1)) ? 'yes' : 'no';
  return nameMatches(entry, user);
}

/** What PostgreSQL's regular expressions and ours read alike; all else is left open. */
const PLAIN_EXPRESSION = /^(?:[A-Za-z0-9_\-^$.*+?|()]|\[[A-Za-z0-9_^-]+\])*$/;

function nameMatches(entry: string, name: string): Match {
  if (!entry.startsWith('/')) return entry === name ? 'yes' : 'no';
  const expression = entry.slice(1);
  if (!PLAIN_EXPRESSION.test(expression)) return 'regular-expression';
  try {
    return new RegExp(expression).test(name) ? 'yes' : 'no';
  } catch {
    return 'regular-expression';
  }
}

function addressMatches({ address, netmask }: HbaRule, attempt: HbaAttempt): Match {
  const client = parseIp(attempt.address);
  if (address === null || client === null) return 'no';
  if (address === 'all') return 'yes';
  if (address === 'samehost' || address === 'samenet') return sameMatches(address, attempt);
  const own = parseIp(address);
  if (own === null) return 'host-name';
  const mask = netmask === null ? null : parseIp(netmask);
  return sameUnderMask(own, client, mask?.value ?? maskOf(own.bits, own.bits)) ? 'yes' : 'no';
}

function sameMatches(what: 'samehost' | 'samenet', { address, ownNetworks }: HbaAttempt): Match {
  if (ownNetworks === null) return 'own-networks';
  return ownNetworks.some((network) => isIn(address, network, what === 'samehost')) ? 'yes' : 'no';
}

/** Whether an address is in `network` (`10.0.0.1/24`), or is exactly its address. */
function isIn(address: string, network: string, exactly: boolean): boolean {
  const [text = '', prefix = ''] = network.split('/');
  const [own, client] = [parseIp(text), parseIp(address)];
  if (own === null || client === null) return false;
  const length = exactly || prefix === '' ? own.bits : Number(prefix);
  return sameUnderMask(own, client, maskOf(own.bits, length));
}

/** The rule as it may stand in the file. */
export function hbaLine({ type, databases, users, address, netmask, method }: HbaRule): string {
  const where = address === null ? [] : [netmask === null ? address : `${address} ${netmask}`];
  return [type, databases.join(','), users.join(','), ...where, method].join(' ');
}
