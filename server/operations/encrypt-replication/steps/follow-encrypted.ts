import { followConninfo } from '#server/domain/follow-conninfo.ts';
import { text } from '#server/domain/text.ts';
import type { WaitStep } from '#server/engine/define-operation.ts';
import { alterSettings } from '../../change/steps/alter-settings.ts';
import { within } from '../../pair-world.ts';
import { namesOf, type EncryptInput } from '../input.ts';
import type { EncryptObservation } from '../look.ts';
import type { EncryptWorld } from '../world.ts';

const conninfoOf = (input: EncryptInput): string =>
  followConninfo({
    source: input.primary,
    directory: input.standby.location.dataDirectory,
    role: input.replicationRole,
    slotName: input.slotName,
    tls: { names: namesOf(input) },
  });

/** The receiver reconnects once, by a reload, over a way that was tried before. */
export const followEncrypted = alterSettings<EncryptWorld, EncryptObservation, EncryptInput>({
  name: 'follow-encrypted',
  group: 'changes-standby',
  on: (world) => world.standby,
  serverName: (input) => input.standby.serverName,
  copy: 'encrypt-follow',
  wanted: (input) => new Map([['primary_conninfo', conninfoOf(input)]]),
  load: 'reload',
  explain: (c) =>
    text(
      `Let ${c.input.standby.serverName} replicate encrypted and verify ${c.input.primary.serverName}: the receiver reconnects once.`,
      `${c.input.standby.serverName} verschlüsselt replizieren und ${c.input.primary.serverName} prüfen lassen: Der Empfänger verbindet sich einmal neu.`,
    ),
  undoExplain: () => text('Let it replicate as before.', 'Ihn wie zuvor replizieren lassen.'),
  expectedMs: 500,
});

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
