'use client';

import { useTranslations } from 'next-intl';
import { useId, useState, type KeyboardEvent } from 'react';
import { useLiveStore } from '#components/live/live-provider.tsx';
import { movedIndex } from '#components/charts/chart-facts.ts';
import { Card } from '#components/ui/card.tsx';
import { classNames } from '#components/ui/class-names.ts';
import { RoleBadge } from '#components/ui/role-badge.tsx';
import { useFormat } from '#components/ui/use-format.ts';
import type { NodeSample } from '#server/domain/node-sample.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { PairView } from '#server/services/services.ts';
import { DIAGNOSIS_LOOK } from './diagnosis-table.ts';
import { RailAxis } from './rail-axis.tsx';
import { RailLegend } from './rail-legend.tsx';
import { RailGaps } from './rail-gaps.tsx';
import { behindOf, railModel, type RailMarker, type RailModel } from './rail-model.ts';
import { RailNotes } from './rail-notes.tsx';
import { railEnd } from './rail-scale.ts';
import { RailTable } from './rail-table.tsx';
import { RailStretch, RailTrack } from './rail-track.tsx';

/** Both servers' positions on one axis: what has not arrived, and what has arrived and waits. */
export function LsnRail({ pair, sample, old }: { pair: PairView; sample: PairSample; old: boolean }) {
  const t = useTranslations('rail');
  const format = useFormat();
  const titleId = useId();
  const model = railModel(sample, useLiveStore().lastPrimary(pair.id));
  const end = railEnd(model.markers.map((marker) => marker.behind));
  // What the standby wrote but did not flush differs from flushed for an instant only: table, not rail.
  const drawn = model.markers.filter((marker) => marker.key !== 'written');
  const steps = usePickedMarker(drawn);
  const comparable = DIAGNOSIS_LOOK[sample.diagnosis.code].distancesMeanSomething;
  const gone = model.primaryLastSeenAtMs !== null || !sample.primary.reachable;
  const picked = steps.picked;
  const spoken =
    picked === null
      ? ''
      : `${t(`markers.${picked.key}`)}, ${picked.lsn}, ${picked.behind === 0 ? t('atFront') : t('behind', { bytes: format.bytes(picked.behind) })}`;
  return (
    <Card className={classNames('p-4 sm:p-5', old && 'hatched')}>
      <figure aria-labelledby={titleId}>
        <figcaption className="mb-4 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          <h2 id={titleId} className="text-base font-semibold">
            {t('title')}
          </h2>
          {sample.lag.walBytesPerSecond !== null && (
            <span className="text-sm text-ink-soft tabular-nums">
              {t('walRate', { rate: format.rate(sample.lag.walBytesPerSecond) })}
            </span>
          )}
        </figcaption>
        <RailNotes pair={pair} sample={sample} model={model} />
        {model.markers.length > 0 && (
          <div
            role="slider"
            tabIndex={0}
            aria-label={t('step')}
            aria-valuemin={0}
            aria-valuemax={drawn.length - 1}
            aria-valuenow={Math.max(0, steps.index)}
            aria-valuetext={spoken === '' ? t('title') : spoken}
            data-testid="rail"
            onKeyDown={steps.onKeyDown}
            onBlur={steps.clear}
            className="grid gap-y-1 rounded-md upright:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)] upright:grid-rows-[auto_auto]"
          >
            <RailTrack
              label={
                <TrackLabel
                  name={pair.primary.serverName}
                  role="primary"
                  node={sample.primary}
                  timeline={model.timelines.primary}
                  position={model.markers.find((marker) => marker.key === 'insert')}
                />
              }
              markers={drawn.filter((marker) => marker.track === 'primary')}
              end={end}
              picked={picked?.key ?? null}
              hollow={gone}
            >
              <RailStretch
                from={0}
                to={end}
                end={end}
                className={classNames(
                  'rounded-full',
                  gone ? 'border border-dashed border-line-strong' : 'bg-line-strong/45',
                )}
              />
            </RailTrack>
            <RailAxis
              end={end}
              format={(bytes) => format.bytes(bytes)}
              label={t('axis', { primary: pair.primary.serverName })}
            />
            <RailTrack
              label={
                <TrackLabel
                  name={pair.standby.serverName}
                  role="standby"
                  node={sample.standby}
                  timeline={model.timelines.standby}
                  position={model.markers.find((marker) => marker.key === 'replay')}
                />
              }
              markers={drawn.filter((marker) => marker.track === 'standby')}
              end={end}
              picked={picked?.key ?? null}
              hollow={!model.standbyReachable}
            >
              {comparable && <StandbyStretches model={model} end={end} />}
            </RailTrack>
          </div>
        )}
        <RailLegend markers={drawn} picked={picked?.key ?? null} />
        {comparable && <RailGaps sample={sample} pairId={pair.id} old={old} />}
        <RailTable model={model} pair={pair} />
      </figure>
    </Card>
  );
}

function usePickedMarker(markers: readonly RailMarker[]) {
  const [index, setIndex] = useState(-1);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = movedIndex(event.key, false, index, markers.length);
    if (to === null) return;
    event.preventDefault();
    setIndex(to);
  };
  return { index, picked: markers[index] ?? null, onKeyDown, clear: () => setIndex(-1) };
}

/** Replayed is solid, received but waiting is ruled, what has not arrived is empty. */
function StandbyStretches({ model, end }: { model: RailModel; end: number }) {
  const received = behindOf(model, 'received');
  const replay = behindOf(model, 'replay');
  return (
    <>
      <RailStretch
        from={0}
        to={received ?? end}
        end={end}
        className="rounded-r-full border border-dashed border-line-strong upright:rounded-t-full upright:rounded-b-none"
      />
      {received !== null && (
        <RailStretch from={received} to={replay ?? end} end={end} className="bg-line-strong/35 ruled" />
      )}
      {replay !== null && (
        <RailStretch
          from={replay}
          to={end}
          end={end}
          className="rounded-l-full bg-line-strong upright:rounded-t-none upright:rounded-b-full"
        />
      )}
    </>
  );
}

function TrackLabel({
  name,
  role,
  node,
  timeline,
  position,
}: {
  name: string;
  role: 'primary' | 'standby';
  node: NodeSample;
  timeline: number | null;
  position: RailMarker | undefined;
}) {
  const t = useTranslations('rail');
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 md:block">
      <p className="font-semibold wrap-anywhere">{name}</p>
      <p className="flex flex-wrap items-center gap-x-2 text-sm text-ink-soft">
        <RoleBadge role={role} inRecovery={node.reachable ? node.inRecovery : undefined} />
        {timeline !== null && <span className="tabular-nums">{t('timelineShort', { id: timeline })}</span>}
      </p>
      {position !== undefined && (
        <p className="flex flex-wrap items-center gap-x-2 text-sm">
          <span className="text-ink-soft">{t(`markers.${position.key}`)}</span>
          <span className="font-mono tabular-nums">{position.lsn}</span>
        </p>
      )}
    </div>
  );
}
