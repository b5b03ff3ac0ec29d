import * as z from 'zod';
import {
  allowCommands,
  askCommands,
  nftConfLine,
  revokeCommands,
  ruleComment,
  ufwAllows,
  type FirewallLook,
  type FirewallPlace,
  type FirewallRule,
} from '#server/domain/firewall.ts';
import { filteringChains, ruleHandles, type NftRow } from '#server/domain/nft-ruleset.ts';
import type { HostSetup } from '#server/ports/host-setup.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

export const NFTABLES_CONF = '/etc/nftables.conf';
/** A ruleset of many rules; 1 MiB is the transport's default. */
const RULESET_BYTES = 16 * 1024 * 1024;

const zRuleset = z.object({
  nftables: z.array(
    z.looseObject({
      chain: z
        .looseObject({
          family: z.string(),
          table: z.string(),
          name: z.string(),
          hook: z.string().optional(),
          policy: z.string().optional(),
          type: z.string().optional(),
        })
        .optional(),
      rule: z
        .looseObject({
          family: z.string(),
          table: z.string(),
          chain: z.string(),
          handle: z.number(),
          comment: z.string().optional(),
          expr: z.array(z.unknown()).default([]),
        })
        .optional(),
    }),
  ),
});

type Part = Pick<HostSetup, 'firewall' | 'hasRule' | 'setRule'>;

/** Finds what filters a port, and sets rules where they work. */
export function createFirewallControl({ read, act }: { read: HostTransport; act: HostTransport }): Part {
  const ask = async (argv: readonly [string, ...string[]], o: Wait): Promise<string | null> => {
    const r = await read.run({ argv, runAs: 'root' }, { ...o, maxOutputBytes: RULESET_BYTES });
    return r.exitCode === 0 ? r.stdout : null;
  };
  const ruleset = async (o: Wait): Promise<NftRow[]> => {
    const text = await ask(['nft', '-j', 'list', 'ruleset'], o);
    return text === null ? [] : (zRuleset.parse(JSON.parse(text)).nftables as NftRow[]);
  };
  const handles = async (place: FirewallPlace, rule: FirewallRule, o: Wait): Promise<number[]> =>
    place.kind === 'nftables' ? ruleHandles(await ruleset(o), place, ruleComment(rule)) : [];
  const conf = async (o: Wait): Promise<string | null> => {
    if ((await ask(['systemctl', 'is-enabled', 'nftables.service'], o)) === null) return null;
    return (
      (await read.readFile(NFTABLES_CONF, { signal: o.signal, runAs: 'root' }))?.toString('utf8') ?? null
    );
  };
  const look: Look = { ask, ruleset, conf };
  return {
    firewall: (rule, o) => lookAtFirewall(look, rule, o),
    hasRule: async (place, rule, o) => {
      if (place.kind === 'ufw') return ufwAllows((await ask(['ufw', 'show', 'added'], o)) ?? '', rule);
      if (place.kind === 'nftables') {
        const kept = keeps(await conf(o), place);
        const inConf = kept === null || kept.split('\n').includes(nftConfLine(place, rule));
        return inConf && (await handles(place, rule, o)).length > 0;
      }
      for (const argv of askCommands(place, rule)) if ((await ask(argv, o)) === null) return false;
      return true;
    },
    setRule: async (place, rule, present, o) => {
      const found = await handles(place, rule, o);
      const commands =
        present && found.length > 0
          ? []
          : present
            ? allowCommands(place, rule)
            : revokeCommands(place, rule, found);
      for (const argv of commands) await act.require({ argv, runAs: 'root' }, o);
      const kept = place.kind === 'nftables' ? keeps(await conf(o), place) : null;
      if (place.kind !== 'nftables' || kept === null) return;
      await act.overwriteInPlace(
        NFTABLES_CONF,
        Buffer.from(withLine(kept, nftConfLine(place, rule), present)),
        {
          signal: o.signal,
          runAs: 'root',
        },
      );
    },
  };
}

/** nftables.conf when it makes this chain's table at each boot. */
function keeps(conf: string | null, place: Extract<FirewallPlace, { kind: 'nftables' }>): string | null {
  if (conf === null) return null;
  const table = conf
    .split('\n')
    .some(
      (line) => line.trim().split(/\s+/).slice(0, 3).join(' ') === `table ${place.family} ${place.table}`,
    );
  return table ? conf : null;
}

function withLine(conf: string, line: string, present: boolean): string {
  const lines = conf.split('\n').filter((one) => one !== line);
  if (!present) return lines.join('\n');
  const end = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  return [...end, line, ''].join('\n');
}

interface Look {
  ask(argv: readonly [string, ...string[]], o: Wait): Promise<string | null>;
  ruleset(o: Wait): Promise<NftRow[]>;
  conf(o: Wait): Promise<string | null>;
}

interface Active {
  ufw: boolean;
  firewalld: boolean;
  rows: NftRow[];
}

async function lookAtFirewall(look: Look, rule: FirewallRule, o: Wait): Promise<FirewallLook> {
  const active: Active = {
    ufw: /^Status: active$/m.test((await look.ask(['ufw', 'status'], o)) ?? ''),
    firewalld: ((await look.ask(['firewall-cmd', '--state'], o)) ?? '').trim() === 'running',
    rows: await look.ruleset(o),
  };
  const publishedBy = await publisher(look, rule.port, o);
  const found =
    publishedBy === null ? await onTheHost(look, rule, active, o) : await beforeDocker(look, rule, active, o);
  return { ...found, publishedBy, nftablesConf: await look.conf(o) };
}

type Found = Pick<FirewallLook, 'places' | 'passedBy'>;

/** A published port is forwarded: input rules never see it. */
async function beforeDocker(look: Look, rule: FirewallRule, active: Active, o: Wait): Promise<Found> {
  const v6 = rule.from.includes(':');
  const forward = filteringChains(active.rows, { hook: 'forward', v6 }).filter(
    (chain) => !isDockersOwn(chain),
  );
  const program = v6 ? 'ip6tables' : 'iptables';
  const user = (await look.ask([program, '-w', '-S', 'DOCKER-USER'], o)) ?? '';
  const places: FirewallPlace[] = / -j (DROP|REJECT)\b/.test(user) ? [{ kind: 'docker-user', program }] : [];
  const passedBy = (['ufw', 'firewalld'] as const).filter((name) => active[name]);
  return { places: [...places, ...forward], passedBy };
}

async function onTheHost(look: Look, rule: FirewallRule, active: Active, o: Wait): Promise<Found> {
  const v6 = rule.from.includes(':');
  const { ufw, firewalld, rows } = active;
  const old = (await look.ask([v6 ? 'ip6tables-legacy' : 'iptables-legacy', '-w', '-S', 'INPUT'], o)) ?? '';
  const passedBy = !ufw && / (DROP|REJECT)$/m.test(old) ? ['iptables-legacy'] : [];
  const places: FirewallPlace[] = ufw ? [{ kind: 'ufw' }] : [];
  if (firewalld) places.push({ kind: 'firewalld', zone: await zoneOf(look, rule, o) });
  const chains = filteringChains(rows, { hook: 'input', v6 });
  return { places: [...places, ...chains.filter((chain) => !isTheirs(chain, active))], passedBy };
}

/** What ufw and firewalld made in nftables is theirs. */
function isTheirs({ family, table }: { family: string; table: string }, { ufw, firewalld }: Active): boolean {
  return (firewalld && table === 'firewalld') || (ufw && family !== 'inet' && table === 'filter');
}

/** `ip filter FORWARD` drops by Docker's own doing, and Docker's rules there accept what it publishes. */
const isDockersOwn = (place: FirewallPlace): boolean =>
  place.kind === 'nftables' &&
  place.family !== 'inet' &&
  place.table === 'filter' &&
  place.chain === 'FORWARD';

async function publisher(look: Look, port: number, o: Wait): Promise<string | null> {
  const format = '{{.Names}}\t{{.Ports}}';
  const text = await look.ask(['docker', 'ps', '--filter', `publish=${port}`, '--format', format], o);
  for (const line of (text ?? '').split('\n')) {
    const [name = '', ports = ''] = line.split('\t');
    const outside = ports
      .split(', ')
      .some((one) => one.includes(`:${port}->`) && !/^(127\.|\[?::1\]?:)/.test(one));
    if (name !== '' && outside) return name;
  }
  return null;
}

/** The zone that an address falls into: its own, else that of the interface it comes in by, else the default. */
async function zoneOf(look: Look, rule: FirewallRule, o: Wait): Promise<string> {
  const own = await look.ask(['firewall-cmd', `--get-zone-of-source=${rule.from}`], o);
  if (own !== null) return own.trim();
  const route = (await look.ask(['ip', '-o', 'route', 'get', rule.from], o)) ?? '';
  const device = / dev (\S+)/.exec(route)?.[1];
  const zone =
    device === undefined ? null : await look.ask(['firewall-cmd', `--get-zone-of-interface=${device}`], o);
  return (zone ?? (await look.ask(['firewall-cmd', '--get-default-zone'], o)) ?? 'public').trim();
}
