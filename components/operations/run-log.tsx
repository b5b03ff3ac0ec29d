'use client';

import Anser from 'anser';
import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useText } from '#components/i18n/use-text.ts';
import { Button } from '#components/ui/button.tsx';
import { Card } from '#components/ui/card.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import type { OperationLogLine, OperationView } from '#server/domain/operation-view.ts';
import { downloadText } from '#components/ui/download-text.ts';
import { logAsText, logTime } from './log-text.ts';
import { OPERATION_LOOK } from './operation-table.ts';
import { useRunLog } from './use-run-log.ts';

/** Older lines are in the download; a page of thousands of lines helps nobody. */
const SHOWN_LINES = 2_000;
const AT_END_PX = 24;

/** Output of all steps. It follows the newest line until the reader scrolls away. */
export function RunLog({ operation }: { operation: OperationView }) {
  const t = useTranslations('run.log');
  const text = useText();
  const [only, setOnly] = useState('');
  const { lines } = useRunLog(operation.id, OPERATION_LOOK[operation.status].active);
  const wanted = useMemo(
    () => (only === '' ? lines : lines.filter((line) => line.stepName === only)),
    [lines, only],
  );
  const startMs = operation.startedAtMs ?? operation.createdAtMs;
  return (
    <section className="min-w-0 lg:sticky lg:top-20">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-3">
        <h2 className="text-base font-semibold">{t('title')}</h2>
        <Button
          variant="quiet"
          className="-my-1.5 px-2"
          blocked={lines.length === 0}
          onClick={() => downloadText(`tandem-${operation.id}.log`, logAsText(lines, startMs))}
        >
          {t('download')}
        </Button>
      </div>
      <Card className="overflow-hidden">
        <div className="border-b border-line p-3">
          <SelectField label={t('filter')} value={only} onChange={(event) => setOnly(event.target.value)}>
            <option value="">{t('allSteps')}</option>
            {operation.plan.steps.map((step, index) => (
              <option key={step.name} value={step.name}>
                {index + 1}. {text(step.explain)}
              </option>
            ))}
          </SelectField>
        </div>
        <Lines lines={wanted} startMs={startMs} />
      </Card>
    </section>
  );
}

function Lines({ lines, startMs }: { lines: readonly OperationLogLine[]; startMs: number }) {
  const t = useTranslations('run.log');
  const box = useRef<HTMLDivElement>(null);
  const [seenTo, setSeenTo] = useState<number | null>(null);
  const following = seenTo === null;
  const newest = lines.at(-1)?.seq ?? 0;
  useEffect(() => {
    if (following) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [following, newest]);
  const unseen = seenTo === null ? 0 : lines.filter((line) => line.seq > seenTo).length;
  return (
    <div className="relative">
      <div
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={t('title')}
        className="h-96 overflow-auto bg-sunken px-3 py-2 font-mono text-[0.8125rem] leading-relaxed"
        onScroll={({ currentTarget: at }) => {
          const atEnd = at.scrollHeight - at.scrollTop - at.clientHeight < AT_END_PX;
          setSeenTo(atEnd ? null : (seenTo ?? newest));
        }}
      >
        {lines.length === 0 && <p className="font-sans text-sm text-ink-soft">{t('empty')}</p>}
        {lines.length > SHOWN_LINES && (
          <p className="font-sans text-sm text-ink-soft">
            {t('earlier', { count: lines.length - SHOWN_LINES })}
          </p>
        )}
        {lines.slice(-SHOWN_LINES).map((line) => (
          <div key={line.seq} className="flex gap-3">
            <span className="shrink-0 text-ink-soft tabular-nums select-none">
              {logTime(line.atMs, startMs)}
            </span>
            <span
              className={`min-w-0 whitespace-pre-wrap ${line.stream === 'engine' ? 'text-ink-soft italic' : 'text-ink'}`}
            >
              {line.stream === 'engine' && <span className="not-italic">{line.stepName}: </span>}
              {Anser.ansiToText(line.text)}
            </span>
          </div>
        ))}
      </div>
      {!following && (
        <Button
          variant="primary"
          className="absolute right-3 bottom-3 shadow-float"
          onClick={() => {
            setSeenTo(null);
            box.current?.scrollTo({ top: box.current.scrollHeight });
          }}
        >
          {t('jump', { count: unseen })}
        </Button>
      )}
    </div>
  );
}
