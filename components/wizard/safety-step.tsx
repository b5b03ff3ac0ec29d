'use client';

import { ChevronDown } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { ChoiceCard } from '#components/ui/choice-card.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import type { DraftView, ServerView } from '#server/services/services.ts';
import { bytesOfGib, gibOfBytes } from './gib-text.ts';
import { StepButtons } from './step-buttons.tsx';
import { useSaveStep } from './use-save-step.ts';
import { WizardFrame } from './wizard-frame.tsx';

const MIB = 1024 ** 2;
const GIB_IN_MIB = 1024;

/** What a commit waits for, and how much WAL may pile up. */
export function SafetyStep({
  draft,
  data,
  servers,
}: {
  draft: DraftView;
  data: NewStandbyDraft;
  servers: ServerView[];
}) {
  const t = useTranslations('wizard.safety');
  const locale = useLocale();
  const { save, busy, error } = useSaveStep(draft, 'safety');
  const [mode, setMode] = useState(data.mode);
  const [slot, setSlot] = useState(gibOfBytes(data.maxSlotWalKeepBytes, locale));
  const [rate, setRate] = useState(
    data.backupRateLimitBytes === null ? '' : String(Math.round(data.backupRateLimitBytes / MIB)),
  );
  const slotBytes = bytesOfGib(slot);
  // The same reading of numbers: a rate in MiB is 1/1024 of it in GiB.
  const rateGib = bytesOfGib(rate);
  const rateBytes = typeof rateGib === 'number' ? Math.round(rateGib / GIB_IN_MIB) : rateGib;
  return (
    <WizardFrame draft={draft} servers={servers} step="safety" title={t('title')}>
      <form
        noValidate
        className="max-w-2xl space-y-8"
        onSubmit={(event) => {
          event.preventDefault();
          if (slotBytes === undefined || rateBytes === undefined) return;
          save({ ...data, mode, maxSlotWalKeepBytes: slotBytes, backupRateLimitBytes: rateBytes });
        }}
      >
        <fieldset className="grid gap-2">
          <legend className="mb-2 text-base font-semibold">{t('mode')}</legend>
          <ChoiceCard
            name="mode"
            value="asynchronous"
            title={t('asynchronous')}
            text={t('asynchronousText')}
            checked={mode === 'asynchronous'}
            onChange={() => setMode('asynchronous')}
          />
          <ChoiceCard
            name="mode"
            value="synchronous"
            title={t('synchronous')}
            text={t('synchronousText')}
            checked={mode === 'synchronous'}
            onChange={() => setMode('synchronous')}
          />
        </fieldset>
        <div className="max-w-sm">
          <TextField
            label={t('slot')}
            hint={t('slotHint')}
            optional
            inputMode="decimal"
            value={slot}
            error={slotBytes === undefined ? t('sizeInvalid') : undefined}
            onChange={(event) => setSlot(event.target.value)}
          />
        </div>
        <details
          className="group rounded-lg border border-line bg-surface px-4 py-3"
          open={rateBytes === undefined || undefined}
        >
          <summary className="flex min-h-6 list-none items-center gap-1.5 text-sm font-medium">
            <ChevronDown
              aria-hidden
              size={15}
              className="-rotate-90 transition-transform group-open:rotate-0"
            />
            {t('more')}
          </summary>
          <div className="mt-4 max-w-sm pb-1">
            <TextField
              label={t('rate')}
              hint={t('rateHint')}
              optional
              inputMode="decimal"
              value={rate}
              error={rateBytes === undefined ? t('sizeInvalid') : undefined}
              onChange={(event) => setRate(event.target.value)}
            />
          </div>
        </details>
        <StepButtons busy={busy} error={error} />
      </form>
    </WizardFrame>
  );
}
