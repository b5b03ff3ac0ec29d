'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ChoiceCard } from '#components/ui/choice-card.tsx';
import { GATE_WAIT_S, GATE_WISHES } from '#server/domain/start-gate.ts';
import type { DraftView, ServerView } from '#server/services/services.ts';
import { StepButtons } from './step-buttons.tsx';
import { useSaveStep } from './use-save-step.ts';
import { WizardFrame } from './wizard-frame.tsx';

/** What a server does that starts while its partner is silent. */
export function GateStep({ draft, servers }: { draft: DraftView; servers: ServerView[] }) {
  const t = useTranslations('wizard.gate');
  const { save, busy, error } = useSaveStep(draft, 'gate');
  const [wish, setWish] = useState(draft.data.startGate);
  return (
    <WizardFrame draft={draft} servers={servers} step="gate" title={t('title')} lead={t('lead')}>
      <form
        noValidate
        className="max-w-2xl space-y-8"
        onSubmit={(event) => {
          event.preventDefault();
          save({ ...draft.data, startGate: wish });
        }}
      >
        <fieldset className="grid gap-2">
          <legend className="mb-2 text-base font-semibold">{t('question', { seconds: GATE_WAIT_S })}</legend>
          {GATE_WISHES.map((each) => (
            <ChoiceCard
              key={each}
              name="gate"
              value={each}
              title={t(each)}
              text={t(`${each}Text`)}
              checked={wish === each}
              onChange={() => setWish(each)}
            />
          ))}
        </fieldset>
        <p className="text-sm text-ink-soft">
          {draft.data.kind === 'adopt' && `${t('later')} `}
          {t('possible')}
        </p>
        <StepButtons busy={busy} error={error} />
      </form>
    </WizardFrame>
  );
}
