import type { Text } from './plan.ts';
import { sameText, text } from './text.ts';

/** One rule of ours: this address may reach this TCP port. */
export interface FirewallRule {
  from: string;
  port: number;
}

/** Where a rule works: a firewall that is active and stands in the way of the port. */
export type FirewallPlace =
  | { kind: 'ufw' }
  | { kind: 'firewalld'; zone: string }
  /** A base chain that drops what no rule accepts. */
  | { kind: 'nftables'; family: string; table: string; chain: string; hook: 'input' | 'forward' }
  /** Ports that Docker publishes pass here and not the chains above. */
  | { kind: 'docker-user'; program: 'iptables' | 'ip6tables' };

/** What filters on a host, as far as it matters to one port. */
export interface FirewallLook {
  places: FirewallPlace[];
  /** Container that publishes the port; null = none. */
  publishedBy: string | null;
  /** A published port goes round it, or it filters in a way that Tandem does not write to. */
  passedBy: string[];
  /** nftables.conf as it is when the boot loads it; null = it does not. */
  nftablesConf: string | null;
}

/** What our rules are known by; at most 128 characters, none of which a firewall reads as syntax. */
export const ruleComment = (rule: FirewallRule): string => `tandem-allow-${rule.port}-from-${rule.from}`;

const isV6 = (address: string): boolean => address.includes(':');

const richRule = (rule: FirewallRule): string =>
  `rule family="${isV6(rule.from) ? 'ipv6' : 'ipv4'}" source address="${rule.from}" port port="${rule.port}" protocol="tcp" accept`;

const dockerRule = (rule: FirewallRule): string[] => [
  ...['DOCKER-USER', '-s', rule.from, '-p', 'tcp', '-m', 'conntrack'],
  ...['--ctorigdstport', String(rule.port), '--ctdir', 'ORIGINAL'],
  ...['-m', 'comment', '--comment', ruleComment(rule), '-j', 'ACCEPT'],
];

/** The rule in nft's words. Published ports have the container's port by then: the original one is asked. */
function nftRule(place: Extract<FirewallPlace, { kind: 'nftables' }>, rule: FirewallRule): string[] {
  const address = [isV6(rule.from) ? 'ip6' : 'ip', 'saddr', rule.from];
  const port =
    place.hook === 'input'
      ? ['tcp', 'dport', String(rule.port)]
      : ['meta', 'l4proto', 'tcp', 'ct', 'original', 'proto-dst', String(rule.port)];
  return [...address, ...port, 'accept', 'comment', `"${ruleComment(rule)}"`];
}

/** The line that makes the rule at each boot; nftables.conf is a script of nft. */
export function nftConfLine(place: Extract<FirewallPlace, { kind: 'nftables' }>, rule: FirewallRule): string {
  return ['insert rule', place.family, place.table, place.chain, ...nftRule(place, rule)].join(' ');
}

/** Commands that make the rule; each may be repeated only after a look that it is not there. */
export function allowCommands(place: FirewallPlace, rule: FirewallRule): [string, ...string[]][] {
  switch (place.kind) {
    case 'ufw': {
      const words = ['allow', 'proto', 'tcp', 'from', rule.from, 'to', 'any', 'port', String(rule.port)];
      return [['ufw', 'prepend', ...words, 'comment', ruleComment(rule)]];
    }
    case 'firewalld': {
      const words = [`--zone=${place.zone}`, `--add-rich-rule=${richRule(rule)}`];
      return [
        ['firewall-cmd', ...words],
        ['firewall-cmd', '--permanent', ...words],
      ];
    }
    case 'nftables': {
      const where = [place.family, place.table, place.chain];
      return [['nft', 'insert', 'rule', ...where, ...nftRule(place, rule)]];
    }
    case 'docker-user':
      return [[place.program, '-w', '-I', ...dockerRule(rule)]];
  }
}

/** Commands that take the rule away; `handles` are those of our rules in an nftables chain. */
export function revokeCommands(
  place: FirewallPlace,
  rule: FirewallRule,
  handles: readonly number[],
): [string, ...string[]][] {
  switch (place.kind) {
    case 'ufw': {
      const words = ['allow', 'proto', 'tcp', 'from', rule.from, 'to', 'any', 'port', String(rule.port)];
      return [['ufw', '--force', 'delete', ...words]];
    }
    case 'firewalld': {
      const words = [`--zone=${place.zone}`, `--remove-rich-rule=${richRule(rule)}`];
      return [
        ['firewall-cmd', ...words],
        ['firewall-cmd', '--permanent', ...words],
      ];
    }
    case 'nftables': {
      const where = [place.family, place.table, place.chain];
      return handles.map((handle) => ['nft', 'delete', 'rule', ...where, 'handle', String(handle)]);
    }
    case 'docker-user':
      return [[place.program, '-w', '-D', ...dockerRule(rule)]];
  }
}

/** Commands that succeed when the rule is there; nftables is asked by its list instead. */
export function askCommands(
  place: Exclude<FirewallPlace, { kind: 'nftables' | 'ufw' }>,
  rule: FirewallRule,
): [string, ...string[]][] {
  if (place.kind === 'docker-user') return [[place.program, '-w', '-C', ...dockerRule(rule)]];
  const words = [`--zone=${place.zone}`, `--query-rich-rule=${richRule(rule)}`];
  return [
    ['firewall-cmd', ...words],
    ['firewall-cmd', '--permanent', ...words],
  ];
}

/** Whether `ufw show added` names a rule that lets the address reach the port. */
export function ufwAllows(added: string, rule: FirewallRule): boolean {
  const from = ` from ${rule.from} to any port ${rule.port} `;
  return added.split('\n').some((line) => {
    const words = `${line.replace(/ comment '.*$/, '')} `;
    if (!words.startsWith('ufw allow ')) return false;
    return words.includes(from) && / proto tcp /.test(words);
  });
}

/** A place in words. */
export function placeText(place: FirewallPlace): Text {
  switch (place.kind) {
    case 'ufw':
      return sameText('ufw');
    case 'firewalld':
      return text(`firewalld, zone ${place.zone}`, `firewalld, Zone ${place.zone}`);
    case 'nftables': {
      const chain = `${place.family} ${place.table} ${place.chain}`;
      return text(`nftables, chain ${chain}`, `nftables, Kette ${chain}`);
    }
    case 'docker-user':
      return text('Docker’s chain DOCKER-USER', 'Dockers Kette DOCKER-USER');
  }
}
