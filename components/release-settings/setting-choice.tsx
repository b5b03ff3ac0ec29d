'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { TickField } from '#components/hooks/tick-field.tsx';
import { useText } from '#components/i18n/use-text.ts';
import { Button } from '#components/ui/button.tsx';
import type { CommandLineChoice } from '#server/services/services.ts';

export interface SettingChoiceProps {
  choices: readonly CommandLineChoice[];
  /** Whether the ticks are those of the plan on the screen. */
  onSettled: (settled: boolean) => void;
  onChoose: (names: string[]) => void;
}

/** Everything that the command line gives; what moves is ticked, what has to stay says why. */
export function SettingChoice({ choices, onSettled, onChoose }: SettingChoiceProps) {
  const t = useTranslations('releaseSettings');
  const text = useText();
  const planned = choices.filter((choice) => choice.chosen).map((choice) => choice.name);
  const [ticked, setTicked] = useState(planned);
  const differs = ticked.length !== planned.length || ticked.some((name) => !planned.includes(name));
  const toggle = (name: string) => {
    const next = ticked.includes(name) ? ticked.filter((one) => one !== name) : [...ticked, name];
    setTicked(next);
    onSettled(next.length === planned.length && next.every((one) => planned.includes(one)));
  };
  if (choices.length === 0) return <p className="text-ink-soft">{t('givesNothing')}</p>;
  return (
    <fieldset className="space-y-3">
      <legend className="mb-3 text-base font-semibold">{t('settings')}</legend>
      {choices.map(({ name, value, stays }) => (
        <TickField
          key={name}
          label={value === '' ? name : `${name} = ${value}`}
          hint={
            stays === null ? t(ticked.includes(name) ? 'moves' : 'keeps') : `${t('stays')} ${text(stays)}`
          }
          checked={ticked.includes(name)}
          disabled={stays !== null}
          onChange={() => toggle(name)}
        />
      ))}
      {differs && (
        <Button variant="primary" onClick={() => onChoose(ticked)}>
          {t('planThis')}
        </Button>
      )}
    </fieldset>
  );
}
