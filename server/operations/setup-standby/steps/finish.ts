import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { NewPair } from '#server/ports/inventory.ts';
import type { SetupObservation } from '../observation.ts';
import type { SetupInput } from '../input.ts';
import { within, type PairWorld } from '../../pair-world.ts';
import type { SetupContext } from '../context.ts';
import { readAutoConfBytes, restoreAutoConf } from './auto-conf-bytes.ts';

const syncNames = (input: SetupInput): string => `"${input.slotName}"`;
const autoConf = async (c: SetupContext): Promise<Buffer> =>
  (await c.world.primary.files.read(
    `${c.world.primary.runtime.location.dataDirectory}/postgresql.auto.conf`,
    c,
  )) ?? Buffer.alloc(0);
const zRemembered = z.object({ autoConf: z.string() });
const ours = (input: SetupInput): Map<string, string> =>
  new Map([['synchronous_standby_names', syncNames(input)]]);
const undone = (present: Buffer, remembered: unknown, input: SetupInput): Buffer =>
  restoreAutoConf(present, Buffer.from(zRemembered.parse(remembered).autoConf, 'base64'), ours(input));

/** Last of all: with a name set and nobody streaming, every commit would wait. */
export const makeSynchronous: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'make-synchronous',
  group: 'changes-primary',
  server: (c) => c.input.primary.serverName,
  skip: (input) => input.mode !== 'synchronous',
  explain: (c) =>
    text(
      `Let commits wait for ${c.input.standby.serverName} (synchronous_standby_names). While it is away, commits wait.`,
      `Commits auf ${c.input.standby.serverName} warten lassen (synchronous_standby_names). Fehlt er, warten die Commits.`,
    ),
  actions: (c) => [
    {
      type: 'sql',
      server: c.input.primary.serverName,
      statement: `ALTER SYSTEM SET synchronous_standby_names = '${syncNames(c.input)}'; SELECT pg_reload_conf();`,
    },
  ],
  expectedMs: () => 500,
  needs: [],
  isDone: async (c) => {
    const stored = readAutoConfBytes(await autoConf(c)).get('synchronous_standby_names');
    if (stored !== syncNames(c.input)) return 'not-done';
    const senders = await c.world.primary.admin.senders(within(c));
    return senders.some((s) => s.applicationName === c.input.slotName && s.syncState === 'sync')
      ? 'done'
      : 'not-done';
  },
  remember: async (c) => ({ autoConf: (await autoConf(c)).toString('base64') }),
  do: async (c) => {
    await c.world.primary.admin.alterSystem(ours(c.input), within(c));
    await c.world.primary.admin.reloadConf(within(c));
  },
  undo: {
    explain: () => text('Commits wait for nobody again.', 'Commits warten wieder auf niemanden.'),
    isDone: async (c, remembered) => {
      const present = await autoConf(c);
      if (!undone(present, remembered, c.input).equals(present)) return 'not-done';
      const senders = await c.world.primary.admin.senders(within(c));
      return senders.some((s) => s.applicationName === c.input.slotName && s.syncState === 'sync')
        ? 'not-done'
        : 'done';
    },
    do: async (c, remembered) => {
      const path = `${c.world.primary.runtime.location.dataDirectory}/postgresql.auto.conf`;
      const conf = undone(await autoConf(c), remembered, c.input);
      await c.world.primary.files.write(path, conf, { ...c, mode: 0o600 });
      await c.world.primary.admin.reloadConf(within(c));
    },
  },
  timeouts: { doMs: 20_000, settleMs: 20_000 },
  retry: RETRY.transientOnly,
};

/** The pair as the inventory keeps it. */
export function pairOf(input: SetupInput): NewPair {
  const member = (node: SetupInput['primary']): NewPair['primary'] => ({
    instanceId: node.instanceId,
    serverId: node.serverId,
    location: node.location,
    majorVersion: input.majorVersion,
    systemIdentifier: input.systemIdentifier,
    address: node.address,
    superuser: input.superuser,
    monitorRole: input.roles.monitor.name,
    monitorSecretId: input.roles.monitor.secretId,
    monitorRoleGiven: false,
  });
  return {
    pairId: input.pairId,
    name: input.pairName,
    environment: input.environment,
    mode: input.mode,
    slotName: input.slotName,
    replicationRole: input.roles.replication.name,
    rewindRole: input.roles.rewind.name,
    gateWish: input.startGate,
    primary: member(input.primary),
    standby: member(input.standby),
  };
}
