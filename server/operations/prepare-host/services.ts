import * as z from 'zod';
import { RETRY } from '#server/engine/define-operation.ts';
import { allowCommands, nftConfLine, placeText, type FirewallRule } from '#server/domain/firewall.ts';
import { shellWord } from '#server/domain/shell-word.ts';
import type { PlanAction } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../pair-world.ts';
import { firewallIsKnown, rootIsPossible } from './gates.ts';
import type { HostContext, HostStep } from './install.ts';
import type { PrepareHostInput } from './input.ts';

const NFTABLES_CONF = '/etc/nftables.conf';

const dockerRuns = async (c: HostContext): Promise<boolean> => {
  const { engine, enabled } = await c.world.setup.docker(within(c));
  return engine !== null && enabled;
};

const zDockerBefore = z.object({ wasUsed: z.boolean() });

/** The package starts it as a rule; a service that was stopped or switched off before is started too. */
export const startDocker: HostStep = {
  kind: 'mutation',
  name: 'start-docker',
  group: 'prepares',
  server: (c) => c.input.serverName,
  skip: (input) => !input.todo.startDocker,
  explain: () =>
    text(
      'Start the Docker engine, now and with the system.',
      'Die Docker-Engine starten, jetzt und mit dem System.',
    ),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.serverName,
      runAs: 'root',
      line: 'systemctl enable --now docker.service',
    },
  ],
  expectedMs: () => 5_000,
  needs: [rootIsPossible],
  isDone: async (c) => ((await dockerRuns(c)) ? 'done' : 'not-done'),
  remember: async (c) => {
    const { engine, enabled } = await c.world.setup.docker(within(c));
    return { wasUsed: engine !== null || enabled };
  },
  do: (c) => c.world.setup.setDockerService(true, within(c, 90_000)),
  undo: {
    explain: () =>
      text(
        'Stop it and switch it off, where it was off altogether. One that ran is never stopped.',
        'Anhalten und abschalten, wo sie ganz aus war. Eine, die lief, wird nie angehalten.',
      ),
    isDone: async (c, remembered) => {
      if (zDockerBefore.parse(remembered).wasUsed) return 'done';
      const { engine, enabled } = await c.world.setup.docker(within(c));
      return engine === null && !enabled ? 'done' : 'not-done';
    },
    do: (c) => c.world.setup.setDockerService(false, within(c, 90_000)),
  },
  timeouts: { doMs: 120_000, settleMs: 60_000, pollMs: 500 },
  retry: RETRY.transientOnly,
};

const ruleOf = ({ wish }: PrepareHostInput): FirewallRule => ({
  from: wish.firewall?.from ?? '',
  port: wish.firewall?.port ?? 0,
});

/** Per place, whether our rule is there. */
async function rulesOf(c: HostContext): Promise<boolean[]> {
  const found: boolean[] = [];
  for (const place of c.input.todo.firewall)
    found.push(await c.world.setup.hasRule(place, ruleOf(c.input), within(c)));
  return found;
}

/** The boot's script with our lines, where it makes the tables that they belong to. */
function confAction({ serverName, todo, ...input }: PrepareHostInput): PlanAction[] {
  const before = todo.nftablesConf;
  if (before === null) return [];
  const lines = todo.firewall.flatMap((place) =>
    place.kind === 'nftables' && before.includes(`table ${place.family} ${place.table}`)
      ? [nftConfLine(place, ruleOf({ serverName, todo, ...input }))]
      : [],
  );
  if (lines.length === 0) return [];
  const after = `${before.replace(/\n?$/, '\n')}${lines.join('\n')}\n`;
  return [{ type: 'file', server: serverName, path: NFTABLES_CONF, before, after, mode: '0644' }];
}

export const openFirewall: HostStep = {
  kind: 'mutation',
  name: 'open-firewall',
  group: 'prepares',
  server: (c) => c.input.serverName,
  skip: (input) => input.todo.firewall.length === 0,
  explain: (c) => {
    const { port = 0, from = '', fromName = '' } = c.input.wish.firewall ?? {};
    const names = c.input.todo.firewall.map(placeText);
    return text(
      `Let ${fromName} (${from}) alone reach port ${port}: ${names.map((n) => n.en).join(', ')}. No other rule changes.`,
      `Nur ${fromName} (${from}) den Port ${port} erreichen lassen: ${names.map((n) => n.de).join(', ')}. Keine andere Regel ändert sich.`,
    );
  },
  actions: (c) => [
    ...c.input.todo.firewall
      .flatMap((place) => allowCommands(place, ruleOf(c.input)))
      .map((argv) => ({
        type: 'command' as const,
        server: c.input.serverName,
        runAs: 'root',
        line: argv.map(shellWord).join(' '),
      })),
    ...confAction(c.input),
  ],
  expectedMs: (c) => 1_000 * c.input.todo.firewall.length,
  needs: [rootIsPossible, firewallIsKnown],
  isDone: async (c) => ((await rulesOf(c)).every(Boolean) ? 'done' : 'not-done'),
  remember: rulesOf,
  do: async (c) => {
    const found = await rulesOf(c);
    for (const [i, place] of c.input.todo.firewall.entries())
      if (found[i] !== true) await c.world.setup.setRule(place, ruleOf(c.input), true, within(c, 30_000));
  },
  undo: {
    explain: () => text('Take the rule away again.', 'Die Regel wieder entfernen.'),
    isDone: async (c, remembered) => {
      const before = z.array(z.boolean()).parse(remembered);
      const now = await rulesOf(c);
      return now.every((present, i) => !present || before[i] === true) ? 'done' : 'not-done';
    },
    do: async (c, remembered) => {
      const before = z.array(z.boolean()).parse(remembered);
      for (const [i, place] of c.input.todo.firewall.entries())
        if (before[i] !== true) await c.world.setup.setRule(place, ruleOf(c.input), false, within(c, 30_000));
    },
  },
  timeouts: { doMs: 90_000, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};
