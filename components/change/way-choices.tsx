'use client';

import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { ChoiceCard } from '#components/ui/choice-card.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import { REJOIN_WAYS, type ChangeWay, type WayOption } from '#server/domain/assessment.ts';

export interface WayChoicesProps {
  ways: readonly WayOption[];
  /** What the person took, or the proposal. */
  chosen: ChangeWay | null;
  /** The cheapest safe way. */
  proposed: ChangeWay | null;
  onChoose: (way: ChangeWay) => void;
}

/** Ways back with what each costs; one is proposed, another may be taken. */
export function WayChoices({ ways, chosen, proposed, onChoose }: WayChoicesProps) {
  const t = useTranslations('change.ways');
  const text = useText();
  const name = useId();
  const cost = useWayCost();
  const isBack = ways.some((option) => REJOIN_WAYS.some((way) => way === option.way));
  const isPreparing = ways.some((option) => option.way === 'mend');
  const isEncrypting = ways.some((option) => option.way === 'own-certificates');
  return (
    <fieldset>
      <legend className="mb-3 text-base font-semibold">
        {t(isBack ? 'title' : isPreparing ? 'prepareTitle' : isEncrypting ? 'encryptTitle' : 'gateTitle')}
      </legend>
      <div className="space-y-2">
        {ways.map((option) => (
          <ChoiceCard
            key={option.way}
            name={name}
            value={option.way}
            checked={option.way === chosen}
            disabled={!option.feasible}
            onChange={() => onChoose(option.way)}
            title={
              <>
                {t(`way.${option.way}`)}{' '}
                {!option.feasible && <span className="text-sm font-normal">({t('notPossible')})</span>}
                {option.way === proposed && option.feasible && (
                  <span className="text-sm font-normal text-ink-soft">
                    ({t(isBack ? 'chosen' : 'recommended')})
                  </span>
                )}
              </>
            }
            text={
              <>
                {option.feasible && isBack && (
                  <span className="block text-ink tabular-nums">{cost(option)}</span>
                )}
                {text(option.reason)}
              </>
            }
          />
        ))}
      </div>
    </fieldset>
  );
}

function useWayCost(): (option: WayOption) => string {
  const t = useTranslations('change.ways');
  const format = useFormat();
  return ({ bytes, expectedMs }) => {
    const values = { bytes: format.bytes(bytes), time: format.ms(expectedMs) };
    if (bytes === null) return expectedMs === null ? t('unknown') : t('timeOnly', values);
    return expectedMs === null ? t('bytesOnly', values) : t('cost', values);
  };
}
