import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ChangePage } from '#components/change/change-page.tsx';
import type { ChangeKind } from '#server/domain/assessment.ts';
import { openPage } from '#app/open-page.ts';
import { Prefetched } from '#app/prefetched.tsx';
import { serverCaller } from '#server/web/caller.ts';

export interface ChangeRouteProps {
  params: Promise<{ pairId: string }>;
}

/** Title of the three pages on which a change of roles is confirmed. */
export async function changeMetadata(kind: ChangeKind, { params }: ChangeRouteProps): Promise<Metadata> {
  const { pairId } = await params;
  const t = await getTranslations('change.section');
  const name = async () => (await (await serverCaller()).pair.get({ id: pairId })).name;
  return {
    title: await name().then(
      (pair) => `${t(kind)}: ${pair}`,
      () => t(kind),
    ),
  };
}

/** The page itself; the first look is asked for while it is rendered, so that the worker begins. */
export async function openChange(kind: ChangeKind, { params }: ChangeRouteProps) {
  const { pairId } = await params;
  await openPage(`/pairs/${pairId}/${kind}`);
  return (
    <Prefetched
      queries={(api) => [
        api.pair.get.queryOptions({ id: pairId }),
        api.change.assess.queryOptions({ pairId, kind, way: null }),
      ]}
    >
      <ChangePage pairId={pairId} kind={kind} />
    </Prefetched>
  );
}
