'use client';

import { useTranslations } from 'next-intl';
import { ButtonLink } from '#components/ui/button.tsx';
import type { PairView } from '#server/services/services.ts';
import { DIAGNOSIS_LOOK } from '#components/pair-state/diagnosis-table.ts';
import type { PairState } from '#components/pair-state/use-pair-state.ts';

/** What may be done with the roles. The emergency is loud only when the primary is in trouble. */
export function PairActions({ pair, state }: { pair: PairView; state: PairState }) {
  const t = useTranslations('pair.actions');
  const path = `/pairs/${pair.id}`;
  if (state.code === 'no-primary') {
    return (
      <>
        <ButtonLink href={`${path}/open-primary`} variant="primary">
          {t('open', { server: pair.primary.serverName })}
        </ButtonLink>
        <ButtonLink href={`${path}/failover`} variant="quiet">
          {t('failover')}
        </ButtonLink>
      </>
    );
  }
  if (pair.mustRejoin !== null) {
    return (
      <ButtonLink href={`${path}/rejoin`} variant="primary">
        {t('rejoin', { server: pair.mustRejoin.serverName })}
      </ButtonLink>
    );
  }
  if (pair.detached !== null) {
    return (
      <ButtonLink href={`${path}/attach`} variant="primary">
        {t('attach', { server: pair.standby.serverName })}
      </ButtonLink>
    );
  }
  if (!pair.prepared) return <ButtonLink href={`${path}/prepare`}>{t('prepare')}</ButtonLink>;
  const trouble = state.code !== null && DIAGNOSIS_LOOK[state.code].primaryInTrouble;
  return (
    <>
      <ButtonLink href={`${path}/switchover`}>{t('switchover')}</ButtonLink>
      <ButtonLink href={`${path}/failover`} variant={trouble ? 'danger' : 'quiet'}>
        {t('failover')}
      </ButtonLink>
    </>
  );
}
