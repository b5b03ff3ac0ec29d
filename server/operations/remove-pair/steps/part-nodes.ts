import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { readAutoConf } from '#server/domain/auto-conf.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import { endsReplication, type RemoveInput, type Side } from '../input.ts';
import type { RemoveObservation } from '../observation.ts';
import type { RemoveContext, RemoveWorld } from '../world.ts';

const zRemembered = z.record(z.string(), z.string().nullable());

interface ResetStep {
  name: string;
  on: Side;
  settings: readonly string[];
  skip: (input: RemoveInput) => boolean;
  explain: (input: RemoveInput) => Text;
  /** What must be true besides the settings being gone. */
  settled?: (c: RemoveContext) => Promise<boolean>;
}

async function stored(c: RemoveContext, o: ResetStep): Promise<Record<string, string | null>> {
  const path = `${c.input[o.on].location.dataDirectory}/postgresql.auto.conf`;
  const conf = readAutoConf((await c.world[o.on].files.read(path, c))?.toString('latin1') ?? '');
  return Object.fromEntries(o.settings.map((name) => [name, conf.get(name) ?? null]));
}

async function put(c: RemoveContext, o: ResetStep, values: Record<string, string | null>): Promise<void> {
  const { admin } = c.world[o.on];
  await admin.alterSystem(new Map(Object.entries(values)), within(c));
  await admin.reloadConf(within(c));
}

function resetSettings(o: ResetStep): MutationStep<RemoveWorld, RemoveObservation, RemoveInput> {
  return {
    kind: 'mutation',
    name: o.name,
    group: o.on === 'primary' ? 'changes-primary' : 'changes-standby',
    server: (c) => c.input[o.on].serverName,
    skip: o.skip,
    explain: (c) => o.explain(c.input),
    actions: (c) => [
      {
        type: 'sql',
        server: c.input[o.on].serverName,
        statement: [
          ...o.settings.map((name) => `ALTER SYSTEM RESET ${name};`),
          'SELECT pg_reload_conf();',
        ].join('\n'),
      },
    ],
    expectedMs: () => 500,
    needs: [],
    isDone: async (c) => {
      const now = await stored(c, o);
      if (Object.values(now).some((value) => value !== null)) return 'not-done';
      return (await o.settled?.(c)) === false ? 'not-done' : 'done';
    },
    remember: (c) => stored(c, o),
    do: (c) => put(c, o, Object.fromEntries(o.settings.map((name) => [name, null]))),
    undo: {
      explain: () =>
        text('Put the settings back and reload.', 'Die Einstellungen zurücksetzen und neu laden.'),
      isDone: async (c, raw) => {
        const [now, before] = [await stored(c, o), zRemembered.parse(raw)];
        return o.settings.every((name) => now[name] === (before[name] ?? null)) ? 'done' : 'not-done';
      },
      do: (c, raw) => put(c, o, zRemembered.parse(raw)),
    },
    timeouts: { doMs: 20_000, settleMs: 20_000 },
    retry: RETRY.transientOnly,
  };
}

/** First of all: once nobody streams, every commit would wait. */
export const releaseCommits = resetSettings({
  name: 'release-commits',
  on: 'primary',
  settings: ['synchronous_standby_names'],
  skip: (input) => !endsReplication(input) || !input.synchronous,
  explain: (input) =>
    text(
      `Let commits on ${input.primary.serverName} wait for nobody (synchronous_standby_names).`,
      `Commits auf ${input.primary.serverName} auf niemanden warten lassen (synchronous_standby_names).`,
    ),
});

/** `standby.signal` stays: without it the next start would give a second writable server. */
export const detachStandby = resetSettings({
  name: 'detach-standby',
  on: 'standby',
  settings: ['primary_conninfo', 'primary_slot_name'],
  skip: (input) => !endsReplication(input),
  explain: (input) =>
    text(
      `End replication: ${input.standby.serverName} follows nobody any more. It stays read-only (standby.signal stays) and falls behind.`,
      `Die Replikation beenden: ${input.standby.serverName} folgt niemandem mehr. Er bleibt nur lesend (standby.signal bleibt) und veraltet.`,
    ),
  settled: async (c) => {
    const { followsAs } = c.input;
    const senders = await c.world.primary.admin.senders(within(c));
    const slots = await c.world.primary.admin.slots(within(c));
    const reads = slots.some((slot) => slot.name === followsAs && slot.active);
    return !reads && !senders.some((sender) => sender.applicationName === followsAs);
  },
});
