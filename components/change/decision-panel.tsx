'use client';

import { useTranslations } from 'next-intl';
import { useId, type ReactNode } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { ChoiceCard } from '#components/ui/choice-card.tsx';
import { TextArea, TextField } from '#components/ui/text-field.tsx';
import type { Assessment } from '#server/domain/assessment.ts';
import { limitMs, type ChangeForm, type StartBlock } from './change-form.ts';
import type { ChangeNames } from './change-names.ts';

export interface DecisionPanelProps {
  assessment: Assessment;
  names: ChangeNames;
  synchronous: boolean;
  form: ChangeForm;
  onForm: (change: Partial<ChangeForm>) => void;
  blocks: readonly StartBlock[];
  busy: boolean;
  /** Refusals and warnings that belong beside the button. */
  notes: ReactNode;
  onStart: () => void;
  onCancel: () => void;
}

/** What a person gives before the button does anything; Cancel comes before it, Enter starts only what matches. */
export function DecisionPanel(props: DecisionPanelProps) {
  const { assessment, names, form, onForm, blocks } = props;
  const t = useTranslations('change.decide');
  const blocksId = useId();
  const { kind, confirmation } = assessment;
  return (
    <section aria-labelledby="decide">
      <Card className="space-y-5 p-4 sm:p-5">
        <h2 id="decide" className="text-base font-semibold">
          {t('title')}
        </h2>
        {kind === 'switchover' && <LimitField form={form} onForm={onForm} />}
        {kind === 'switchover' && props.synchronous && (
          <SyncChoice names={names} form={form} onForm={onForm} />
        )}
        <TextArea
          label={t('reason')}
          hint={t('reasonHint')}
          optional={!confirmation.reasonRequired}
          rows={2}
          maxLength={2_000}
          value={form.reason}
          onChange={(event) => onForm({ reason: event.target.value })}
        />
        {confirmation.ticks.length > 0 && <Ticks assessment={assessment} form={form} onForm={onForm} />}
        {confirmation.word !== null && (
          <TextField
            label={t(`type.${confirmation.word.of}`, { word: confirmation.word.text })}
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            value={form.typed}
            onChange={(event) => onForm({ typed: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.nativeEvent.isComposing) props.onStart();
            }}
          />
        )}
        {props.notes}
        <div className="flex flex-wrap gap-2">
          <Button className="min-h-11" onClick={props.onCancel}>
            {t(`cancel.${kind}`, { ...names })}
          </Button>
          <Button
            className="min-h-11"
            variant={kind === 'failover' ? 'danger' : 'primary'}
            busy={props.busy}
            blocked={blocks.length > 0}
            aria-describedby={blocks.length > 0 ? blocksId : undefined}
            onClick={props.onStart}
          >
            {t(`confirm.${kind}`, { ...names })}
          </Button>
        </div>
        {blocks.length > 0 && <Blocks id={blocksId} blocks={blocks} />}
      </Card>
    </section>
  );
}

type Part = Pick<DecisionPanelProps, 'form' | 'onForm'>;

function LimitField({ form, onForm }: Part) {
  const t = useTranslations('change.decide');
  return (
    <TextField
      label={t('limit')}
      hint={t('limitHint')}
      error={limitMs(form.limit) === null ? t('limitInvalid') : undefined}
      inputMode="decimal"
      autoComplete="off"
      className="max-w-32"
      value={form.limit}
      onChange={(event) => onForm({ limit: event.target.value })}
    />
  );
}

function SyncChoice({ names, form, onForm }: Part & { names: ChangeNames }) {
  const t = useTranslations('change.decide');
  const name = useId();
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1.5 text-sm font-medium">{t('sync', { ...names })}</legend>
      <ChoiceCard
        name={name}
        checked={form.sync === 'release'}
        onChange={() => onForm({ sync: 'release' })}
        title={t('syncRelease')}
        text={t('syncReleaseText')}
      />
      <ChoiceCard
        name={name}
        checked={form.sync === 'keep'}
        onChange={() => onForm({ sync: 'keep' })}
        title={t('syncKeep')}
        text={t('syncKeepText')}
      />
    </fieldset>
  );
}

function Ticks({ assessment, form, onForm }: Part & { assessment: Assessment }) {
  const t = useTranslations('change.decide');
  const text = useText();
  const toggle = (code: string, on: boolean) =>
    onForm({ ticks: on ? [...form.ticks, code] : form.ticks.filter((each) => each !== code) });
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{t('ticks')}</legend>
      <div className="space-y-1">
        {assessment.confirmation.ticks.map((tick) => (
          <label
            key={tick.code}
            className="flex cursor-pointer gap-3 rounded-md py-1.5 pointer-coarse:py-2.5"
          >
            <input
              type="checkbox"
              className="mt-0.5 size-5 shrink-0 accent-ink"
              checked={form.ticks.includes(tick.code)}
              onChange={(event) => toggle(tick.code, event.target.checked)}
            />
            <span className="min-w-0 text-sm">{text(tick.text)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Blocks({ id, blocks }: { id: string; blocks: readonly StartBlock[] }) {
  const t = useTranslations('change');
  const sentence = (block: StartBlock): string => {
    switch (block.code) {
      case 'word':
        return t('block.word', { word: block.word });
      case 'blocking':
      case 'unknown':
      case 'ticks':
        return t(`block.${block.code}`, { count: block.count });
      default:
        return t(`block.${block.code}`);
    }
  };
  return (
    <div id={id} className="text-sm text-ink-soft">
      <p>{t('decide.missing')}</p>
      <ul className="list-disc space-y-0.5 pl-5">
        {blocks.map((block) => (
          <li key={block.code}>{sentence(block)}</li>
        ))}
      </ul>
    </div>
  );
}
