import { useTranslations } from 'next-intl';
import type { PairState } from '#components/pair-state/use-pair-state.ts';
import { ButtonLink } from '#components/ui/button.tsx';
import type { PairView } from '#server/services/services.ts';

/** How the standby follows: replaying or not, or no longer at all. */
export function FollowActions({ pair, state }: { pair: PairView; state: PairState }) {
  const t = useTranslations('pair');
  const standby = state.sample?.standby;
  const paused = standby?.reachable === true && standby.replayPaused;
  return (
    <>
      <ButtonLink
        href={`/pairs/${pair.id}/${paused ? 'resume-replay' : 'pause-replay'}`}
        variant={paused ? 'secondary' : 'quiet'}
      >
        {t(paused ? 'resumeReplay' : 'pauseReplay')}
      </ButtonLink>
      <ButtonLink href={`/pairs/${pair.id}/encrypt`} variant="quiet">
        {t(pair.tls === null ? 'encrypt' : 'renew')}
      </ButtonLink>
      <ButtonLink href={`/pairs/${pair.id}/detach`} variant="quiet">
        {t('detach')}
      </ButtonLink>
    </>
  );
}
