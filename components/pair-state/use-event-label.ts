'use client';

import { useTranslations } from 'next-intl';
import { DIAGNOSIS_LOOK } from './diagnosis-table.ts';

const isDiagnosis = (text: string): text is keyof typeof DIAGNOSIS_LOOK =>
  Object.hasOwn(DIAGNOSIS_LOOK, text);

/** What an event of a pair is called; one without a wording is shown by its code. */
export function useEventLabel(): (code: string) => string {
  const t = useTranslations('diagnosis');
  const tLoss = useTranslations('run.loss');
  return (code) => {
    if (isDiagnosis(code)) return t(`${code}.label`);
    return code === 'loss-exceeded' ? tLoss('event') : code;
  };
}
