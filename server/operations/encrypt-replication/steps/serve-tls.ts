import { TLS_FILES } from '#server/domain/pair-tls.ts';
import { text } from '#server/domain/text.ts';
import type { MutationStep } from '#server/engine/define-operation.ts';
import { alterSettings } from '../../change/steps/alter-settings.ts';
import type { EncryptInput, Side } from '../input.ts';
import type { EncryptObservation } from '../look.ts';
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
export const serveTls = (side: Side): MutationStep<EncryptWorld, EncryptObservation, EncryptInput> =>
  alterSettings<EncryptWorld, EncryptObservation, EncryptInput>({
    name: `tls-on-${side}`,
    group: side === 'primary' ? 'changes-primary' : 'changes-standby',
    on: (world) => world[side],
    serverName: (input) => input[side].serverName,
    copy: 'encrypt',
    wanted: () => WANTED,
    load: 'reload',
    explain: (c) =>
      text(
        `Let ${c.input[side].serverName} answer with TLS (reload, no restart). Who connects without it still may.`,
        `${c.input[side].serverName} mit TLS antworten lassen (neu laden, kein Neustart). Wer ohne TLS verbindet, darf das weiterhin.`,
      ),
    undoExplain: () =>
      text('Put the settings back and reload.', 'Die Einstellungen zurücksetzen und neu laden.'),
    expectedMs: 300,
    timeouts: { doMs: 30_000, settleMs: 10_000 },
  });
