import { lowSettings, REQUIRED_SETTINGS, type LowSetting } from '#server/domain/required-settings.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { Verdict } from '../gate-maker.ts';
import type { OperationNode } from '../pair-world.ts';

/**
 * Why replay waits, when it does so for settings that are lower than the primary's were. Asked only of a standby
 * that is paused: one that replays has them. Null = paused, and it cannot be told why.
 */
export async function lookAtLowSettings(
  { admin, runtime }: Pick<OperationNode, 'admin' | 'runtime'>,
  paused: boolean,
  wait: Wait,
): Promise<readonly LowSetting[] | null> {
  if (!paused) return [];
  const [control, settings] = await Promise.all([
    runtime.controlData(wait).catch(() => null),
    admin.settings(REQUIRED_SETTINGS, wait).catch(() => null),
  ]);
  return control === null || settings === null ? null : lowSettings(control.requiredSettings, settings);
}

/** Neither a promotion nor the end of the pause is survived by a server that waits for higher settings. */
export function judgeLowSettings(low: readonly LowSetting[] | null): Verdict {
  if (low === null)
    return {
      state: 'warning',
      detail: text('could not be compared', 'konnten nicht verglichen werden'),
      fix: text(
        'Replay is paused. If its log says “insufficient parameter settings”, raise those first: else it shuts down.',
        'Das Einspielen ist angehalten. Nennt das Protokoll „insufficient parameter settings“, erhöhen Sie diese zuerst: Sonst beendet sich der Server.',
      ),
    };
  if (low.length === 0)
    return { state: 'ok', detail: text('as high as the primary’s', 'so hoch wie auf dem Primärserver') };
  const wanted = low.map((each) => `${each.name} = ${each.needs}`).join(', ');
  return {
    state: 'blocking',
    detail: sameText(low.map((each) => `${each.name} ${each.is} < ${each.needs}`).join(', ')),
    fix: text(
      `Replay waits for it; going on without it, or a promotion, would shut the server down: set ${wanted} on it and restart it. It then replays everything.`,
      `Das Einspielen wartet darauf; ohne das fortzufahren oder eine Beförderung würde den Server beenden: Setzen Sie dort ${wanted} und starten Sie ihn neu. Danach spielt er alles ein.`,
    ),
  };
}
