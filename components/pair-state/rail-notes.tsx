'use client';

import { useTranslations } from 'next-intl';
import { Note } from '#components/status/note.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { PairView } from '#server/services/services.ts';
import type { RailModel } from './rail-model.ts';

export interface RailNotesProps {
  pair: PairView;
  sample: PairSample;
  model: RailModel;
}

/** What must be known to read the rail rightly just now. */
export function RailNotes({ pair, sample, model }: RailNotesProps) {
  const t = useTranslations('rail');
  const format = useFormat();
  const primary = pair.primary.serverName;
  const standby = pair.standby.serverName;
  const { timelines } = model;
  const seen = model.primaryLastSeenAtMs;
  const notes = [
    model.markers.length === 0 && t('nothing'),
    seen !== null && t('lastSeen', { primary, time: format.clock(seen) }),
    seen === null &&
      !sample.primary.reachable &&
      model.markers.length > 0 &&
      t('neverSeen', { primary, standby }),
    !model.standbyReachable && model.markers.length > 0 && t('standbyFrom', { standby, primary }),
    model.uncertain && t('uncertain', { skew: format.ms(sample.lag.skewMs) }),
  ].filter((note) => note !== false);
  return (
    <>
      {sample.diagnosis.code === 'timeline-diverged' && (
        <Note
          severity="critical"
          className="mb-4"
          title={t('diverged', { primary, standby, a: timelines.primary ?? 0, b: timelines.standby ?? 0 })}
        />
      )}
      {notes.length > 0 && (
        <ul className="mb-3 space-y-0.5 text-sm text-ink-soft">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </>
  );
}
