'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Announcer } from '#components/live/announcer.tsx';
import { FreshnessMark } from '#components/live/freshness-mark.tsx';
import { Note } from '#components/status/note.tsx';
import { useTRPC } from '#components/trpc/trpc-context.ts';
import { useText } from '#components/i18n/use-text.ts';
import { ButtonLink } from '#components/ui/button.tsx';
import { QueryStates } from '#components/ui/query-states.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { Assessment, ChangeKind, ChangeWay } from '#server/domain/assessment.ts';
import type { PairView } from '#server/services/services.ts';
import { ChangeEvidence } from './change-evidence.tsx';
import { EMPTY_FORM, limitMs, startBlocks } from './change-form.ts';
import { ChangeHeading } from './change-heading.tsx';
import { changeNames } from './change-names.ts';
import { DecisionPanel } from './decision-panel.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { OwnCertificates } from './own-certificates.tsx';
import { RehearseButton } from './rehearse-button.tsx';
import { StartProblem } from './start-problem.tsx';
import { useChangedGates, useLook, useLookAge, type LookAge } from './use-look.ts';
import { useLeave } from './use-leave.ts';
import { useOwnCertificates } from './use-own-certificates.ts';
import { useStart } from './use-start.ts';
import { WayChoices } from './way-choices.tsx';

export interface ChangePageProps {
  pairId: string;
  kind: ChangeKind;
}

/** The decision about who is primary, on live evidence, at an address of its own. */
export function ChangePage({ pairId, kind }: ChangePageProps) {
  const t = useTranslations('change');
  const pair = useQuery(useTRPC().pair.get.queryOptions({ id: pairId }));
  return (
    <QueryStates title={t(`section.${kind}`)} query={pair} skeleton={<Skeleton className="h-96" />}>
      {(view) => <Look pair={view} kind={kind} />}
    </QueryStates>
  );
}

function Look({ pair, kind }: { pair: PairView; kind: ChangeKind }) {
  const t = useTranslations('change');
  const [way, setWay] = useState<ChangeWay | null>(null);
  const { query, assessment } = useLook(pair.id, kind, way);
  if (assessment !== null) return <Decision pair={pair} assessment={assessment} way={way} onWay={setWay} />;
  return (
    <>
      <ChangeHeading pair={pair} kind={kind} names={changeNames(pair, null)} aside={null} />
      <QueryStates query={query} skeleton={<Skeleton className="h-96" />}>
        {() => (
          <Note severity="info" role="status" title={t('looking')}>
            <progress className="progress" aria-label={t('looking')} />
          </Note>
        )}
      </QueryStates>
    </>
  );
}

interface DecisionProps {
  pair: PairView;
  assessment: Assessment;
  way: ChangeWay | null;
  onWay: (way: ChangeWay) => void;
}

function Decision({ pair, assessment, way, onWay }: DecisionProps) {
  const t = useTranslations('change');
  const { kind } = assessment;
  const age = useLookAge(assessment);
  const changed = useChangedGates(assessment, age.nowMs);
  const [form, setForm] = useState(EMPTY_FORM);
  const start = useStart(() => setForm((given) => ({ ...given, typed: '', ticks: [] })));
  const own = useOwnCertificates(pair.id);
  const leave = useLeave(pair.id, form.typed.trim() !== '' || own.touched);
  const names = changeNames(pair, assessment);
  // A way that is no longer possible is no choice any more.
  const wanted = assessment.ways.some((option) => option.way === way && option.feasible) ? way : null;
  const wayPending = wanted !== null && wanted !== assessment.chosenWay;
  const givesOwn = (wanted ?? assessment.chosenWay) === 'own-certificates';
  const certificatesMissing = givesOwn && own.good === null;
  const blocks = startBlocks({ assessment, form, wayPending, certificatesMissing, ...age });
  // The look is newer than the pair, which no notice of a run's end renews.
  const runningId = assessment.runningOperationId;
  return (
    <>
      <ChangeHeading
        pair={pair}
        kind={kind}
        names={names}
        aside={<Aside assessment={assessment} age={age} />}
      />
      <GateAnnouncer assessment={assessment} />
      {runningId !== null && !start.busy && (
        <Note
          severity="info"
          className="mb-6"
          title={t('running')}
          actions={<ButtonLink href={`/operations/${runningId}`}>{t('openRun')}</ButtonLink>}
        />
      )}
      <div className="grid gap-8 lg:grid-cols-[minmax(0,7fr)_minmax(0,5fr)] lg:items-start">
        <ChangeEvidence
          assessment={assessment}
          names={names}
          nowMs={age.nowMs}
          changed={changed}
          limitMs={limitMs(form.limit)}
          wayOut={<WayOut pair={pair} kind={kind} back={names.back} />}
          ways={
            assessment.ways.length > 0 && (
              <>
                <WayChoices
                  ways={assessment.ways}
                  chosen={wanted ?? assessment.chosenWay}
                  proposed={assessment.ways.find((option) => option.feasible)?.way ?? null}
                  onChoose={onWay}
                />
                {givesOwn && <OwnCertificates form={own} primary={names.old} standby={names.new} />}
              </>
            )
          }
        />
        <div className="lg:sticky lg:top-20">
          <DecisionPanel
            assessment={assessment}
            names={names}
            synchronous={pair.mode === 'synchronous'}
            form={form}
            onForm={(change) => setForm((given) => ({ ...given, ...change }))}
            blocks={blocks}
            busy={start.busy}
            onStart={() => {
              if (blocks.length === 0 && !start.busy) start.go(assessment, form, givesOwn ? own.good : null);
            }}
            onCancel={leave.leave}
            notes={
              <>
                {start.problem !== null && <StartProblem problem={start.problem} runningId={runningId} />}
                <Staleness kind={kind} age={age} />
              </>
            }
          />
        </div>
      </div>
      <LeaveDialog open={leave.asking} onStay={leave.stay} onGo={leave.go} />
    </>
  );
}

/** A refusal leads to what it asks for. */
function WayOut({ pair, kind, back }: { pair: PairView; kind: ChangeKind; back: string }) {
  const t = useTranslations('change');
  if (!pair.prepared && kind !== 'prepare')
    return <ButtonLink href={`/pairs/${pair.id}/prepare`}>{t('toPrepare')}</ButtonLink>;
  if (pair.detached !== null && kind !== 'attach')
    return <ButtonLink href={`/pairs/${pair.id}/attach`}>{t('toAttach', { back })}</ButtonLink>;
  if (pair.mustRejoin !== null && kind !== 'rejoin')
    return <ButtonLink href={`/pairs/${pair.id}/rejoin`}>{t('toRejoin', { back })}</ButtonLink>;
  return null;
}

function Aside({ assessment, age }: { assessment: Assessment; age: LookAge }) {
  const t = useTranslations('change');
  return (
    <>
      <span className="flex flex-wrap items-center gap-x-2 text-sm text-ink-soft">
        {t('looked')} <FreshnessMark shown={age.shown} ageMs={age.ageMs} />
      </span>
      {assessment.kind === 'switchover' && (
        <RehearseButton
          pairId={assessment.pairId}
          possible={assessment.plan !== null && assessment.runningOperationId === null}
        />
      )}
    </>
  );
}

/** An emergency does not wait for a look that cannot come; how old the values are is said instead. */
function Staleness({ kind, age }: { kind: ChangeKind; age: LookAge }) {
  const t = useTranslations('change.decide');
  const format = useFormat();
  if (kind !== 'failover' || age.ageMs === null || (age.fresh && !age.connectionLost)) return null;
  return (
    <Note severity="unknown" title={t('staleness', { age: format.seconds(Math.round(age.ageMs / 1_000)) })} />
  );
}

/** Says what stands in the way when that changes; never the numbers in between. */
function GateAnnouncer({ assessment }: { assessment: Assessment }) {
  const t = useTranslations('change.spoken');
  const text = useText();
  const blocking = assessment.gates.filter((gate) => gate.state === 'blocking');
  const names = blocking.map((gate) => text(gate.title)).join('; ');
  return (
    <Announcer
      text={blocking.length > 0 ? '' : t(`state.${assessment.readiness}`)}
      urgent={blocking.length > 0 ? t('blocked', { count: blocking.length, names }) : ''}
    />
  );
}
