import { TLS_FILES } from '#server/domain/pair-tls.ts';
import { text } from '#server/domain/text.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
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
import type { EncryptInput, Side } from '../input.ts';
import { TLS_SETTINGS, type EncryptObservation } from '../look.ts';
import type { EncryptWorld } from '../world.ts';

/**
 * Relative to the data directory. No ssl_ca_file: it would make the server ask every client for a certificate,
 * and refuse those that happen to have another authority's.
 */
const WANTED = new Map<string, string>([
  ['ssl', 'on'],
  ['ssl_cert_file', TLS_FILES.certificate],
  ['ssl_key_file', TLS_FILES.key],
]);

/** One node answers with TLS; a reload is enough, and nobody is asked to use it yet. */
export function serveTls(side: Side): MutationStep<EncryptWorld, EncryptObservation, EncryptInput> {
  const kept = (world: EncryptWorld): KeptSettings => keptSettings(world[side], 'encrypt', TLS_SETTINGS);
  return {
    kind: 'mutation',
    name: `tls-on-${side}`,
    group: side === 'primary' ? 'changes-primary' : 'changes-standby',
    server: (c) => c.input[side].serverName,
    explain: (c) =>
      text(
        `Let ${c.input[side].serverName} answer with TLS (reload, no restart). Who connects without it still may.`,
        `${c.input[side].serverName} mit TLS antworten lassen (neu laden, kein Neustart). Wer ohne TLS verbindet, darf das weiterhin.`,
      ),
    actions: (c) =>
      [...WANTED].map(([name, value]) => ({
        type: 'sql' as const,
        server: c.input[side].serverName,
        statement: `ALTER SYSTEM SET ${name} = '${value}';`,
      })),
    expectedMs: () => 300,
    needs: [],
    isDone: async (c) => {
      const stored = await storedSettings(c.world[side], c);
      if ([...WANTED].some(([name, value]) => stored.get(name) !== value)) return 'not-done';
      const inForce = await c.world[side].admin.settings(TLS_SETTINGS, within(c));
      return [...WANTED].every(([name, value]) => inForce.get(name)?.setting === value) ? 'done' : 'not-done';
    },
    remember: async (c) => {
      await keepSettings(c.world[side], kept(c.world), c);
      return { kept: [...TLS_SETTINGS] };
    },
    do: async (c) => {
      await c.world[side].admin.alterSystem(WANTED, within(c));
      await c.world[side].admin.reloadConf(within(c));
    },
    undo: {
      explain: () =>
        text('Put the settings back and reload.', 'Die Einstellungen zurücksetzen und neu laden.'),
      isDone: async (c) => ((await settingsAreBack(c.world[side], kept(c.world), c)) ? 'done' : 'not-done'),
      do: async (c) => {
        await putSettingsBack(c.world[side], kept(c.world), c);
        await c.world[side].admin.reloadConf(within(c));
        await removeCopy(c.world[side], kept(c.world), c);
      },
    },
    timeouts: { doMs: 30_000, settleMs: 10_000 },
    retry: RETRY.transientOnly,
  };
}
