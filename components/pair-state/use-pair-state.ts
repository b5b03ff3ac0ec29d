'use client';

import { useTranslations } from 'next-intl';
import { isCurrent, useLiveSample, type LiveSample } from '#components/live/use-live.ts';
import { useFormat } from '#components/ui/use-format.ts';
import type { DiagnosisCode, PairSample, Severity } from '#server/domain/pair-sample.ts';
import type { PairView } from '#server/services/services.ts';

export interface PairState extends LiveSample {
  /** What may be claimed now: `unknown` as soon as the sample is no longer current. */
  severity: Severity;
  code: DiagnosisCode | null;
  label: string;
  sentence: string;
  sinceMs: number | null;
}

/** State of a pair in words. An old sample never looks healthy: it is "unknown, last known as …". */
export function usePairState(pair: PairView): PairState {
  const t = useTranslations('diagnosis');
  const live = useLiveSample(pair.id, pair.sample);
  const sentence = useDiagnosisSentence(pair);
  const { sample } = live;
  if (sample === null) {
    return {
      ...live,
      severity: 'unknown',
      code: null,
      label: t('none.label'),
      sentence: t('none.sentence'),
      sinceMs: null,
    };
  }
  const { code, severity, sinceMs } = sample.diagnosis;
  const label = t(`${code}.label`);
  if (live.ageMs === null || isCurrent(live.shown) || live.shown === 'paused') {
    return { ...live, severity, code, label, sentence: sentence(sample), sinceMs };
  }
  return {
    ...live,
    severity: 'unknown',
    code,
    label: t('old.label'),
    sentence: t('old.sentence', { label }),
    sinceMs: null,
  };
}

function useDiagnosisSentence(pair: PairView): (sample: PairSample) => string {
  const t = useTranslations('diagnosis');
  const format = useFormat();
  return (sample) => {
    const { lag, diagnosis } = sample;
    const values = {
      primary: pair.primary.serverName,
      standby: pair.standby.serverName,
      behind: format.seconds(lag.seconds),
      notReceived: format.bytes(lag.notReceivedBytes),
      notReplayed: format.bytes(lag.notReplayedBytes),
    };
    if (diagnosis.code !== 'healthy') return t(`${diagnosis.code}.sentence`, values);
    const some = lag.notReceivedBytes !== 0 || lag.notReplayedBytes !== 0;
    return t(some ? 'healthy.busy' : 'healthy.sentence', values);
  };
}
