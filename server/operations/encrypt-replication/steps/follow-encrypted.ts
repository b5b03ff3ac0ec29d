import { text } from '#server/domain/text.ts';
import { RETRY, type MutationStep, type WaitStep } from '#server/engine/define-operation.ts';
import { followConninfo } from '../../change/input.ts';
import {
  keepSettings,
  keptSettings,
  putSettingsBack,
  removeCopy,
  settingsAreBack,
  storedSettings,
  type KeptSettings,
} from '../../change/steps/kept-settings.ts';
import { within } from '../../pair-world.ts';
import type { EncryptInput } from '../input.ts';
import type { EncryptObservation } from '../look.ts';
import type { EncryptWorld } from '../world.ts';

const SETTING = 'primary_conninfo';
const kept = (world: EncryptWorld): KeptSettings => keptSettings(world.standby, 'encrypt-follow', [SETTING]);

const wanted = ({ primary, standby, replicationRole, slotName }: EncryptInput): string =>
  followConninfo({
    source: primary,
    directory: standby.location.dataDirectory,
    role: replicationRole,
    slotName,
    tls: true,
  });

/** The receiver reconnects once, by a reload, over a way that was tried before. */
export const followEncrypted: MutationStep<EncryptWorld, EncryptObservation, EncryptInput> = {
  kind: 'mutation',
  name: 'follow-encrypted',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  explain: (c) =>
    text(
      `Let ${c.input.standby.serverName} replicate encrypted and verify ${c.input.primary.serverName}: the receiver reconnects once.`,
      `${c.input.standby.serverName} verschlüsselt replizieren und ${c.input.primary.serverName} prüfen lassen: Der Empfänger verbindet sich einmal neu.`,
    ),
  actions: (c) => [
    {
      type: 'sql',
      server: c.input.standby.serverName,
      statement: `ALTER SYSTEM SET ${SETTING} = '${wanted(c.input).replaceAll("'", "''")}'; SELECT pg_reload_conf();`,
    },
  ],
  expectedMs: () => 500,
  needs: [],
  isDone: async (c) => {
    if ((await storedSettings(c.world.standby, c)).get(SETTING) !== wanted(c.input)) return 'not-done';
    const row = (await c.world.standby.admin.settings([SETTING], within(c))).get(SETTING);
    return row?.setting === wanted(c.input) ? 'done' : 'not-done';
  },
  remember: async (c) => {
    await keepSettings(c.world.standby, kept(c.world), c);
    return { kept: [SETTING] };
  },
  do: async (c) => {
    await c.world.standby.admin.alterSystem(new Map([[SETTING, wanted(c.input)]]), within(c));
    await c.world.standby.runtime.reload(within(c));
  },
  undo: {
    explain: () => text('Let it replicate as before.', 'Ihn wie zuvor replizieren lassen.'),
    isDone: async (c) => ((await settingsAreBack(c.world.standby, kept(c.world), c)) ? 'done' : 'not-done'),
    do: async (c) => {
      await putSettingsBack(c.world.standby, kept(c.world), c);
      await c.world.standby.runtime.reload(within(c));
      await removeCopy(c.world.standby, kept(c.world), c);
    },
  },
  timeouts: { doMs: 20_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};

/** The sender's own word (pg_stat_ssl), and no second connection beside it in clear text. */
export const streamsEncrypted: WaitStep<EncryptWorld, EncryptInput> = {
  kind: 'wait',
  name: 'streams-encrypted',
  group: 'proves',
  server: (c) => c.input.primary.serverName,
  explain: (c) =>
    text(
      `Wait until ${c.input.standby.serverName} streams over TLS (pg_stat_ssl).`,
      `Warten, bis ${c.input.standby.serverName} über TLS repliziert (pg_stat_ssl).`,
    ),
  actions: (c) => [
    {
      type: 'sql',
      server: c.input.primary.serverName,
      statement:
        'SELECT r.application_name, s.version FROM pg_stat_replication r JOIN pg_stat_ssl s USING (pid);',
    },
  ],
  expectedMs: () => 1_000,
  isDone: async (c) => {
    const all = await c.world.primary.admin.encryption(within(c));
    const ours = all.filter((each) => each.applicationName === c.input.slotName);
    return ours.length > 0 && ours.every((each) => each.version !== null) ? 'done' : 'not-done';
  },
  output: async (c) => {
    const all = await c.world.primary.admin.encryption(within(c));
    return { version: all.find((each) => each.applicationName === c.input.slotName)?.version ?? '' };
  },
  timeouts: { settleMs: 60_000, pollMs: 200 },
};
