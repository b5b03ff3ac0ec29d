import { useTranslations } from 'next-intl';
import { useText } from '#components/i18n/use-text.ts';
import { Note } from '#components/status/note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { GATE_WAIT_S, policyText } from '#server/domain/start-gate.ts';
import type { PairView } from '#server/services/services.ts';

/** The gate that was chosen when the pair became known, as long as it is not laid. */
export function PairGateWish({ pair }: { pair: PairView }) {
  const t = useTranslations('pair');
  const text = useText();
  // A run may be about to lay it, and a pair that is no pair now cannot get it.
  const busy = pair.runningOperationId !== null || pair.mustRejoin !== null || pair.detached !== null;
  if (pair.gateWish === null || busy) return null;
  const [page, label] = pair.prepared
    ? (['start-gate', 'gateWishPlan'] as const)
    : (['prepare', 'gateWishPrepare'] as const);
  return (
    <Note
      severity="medium"
      title={t('gateWish')}
      actions={<ButtonLink href={`/pairs/${pair.id}/${page}`}>{t(label)}</ButtonLink>}
    >
      <p className="text-sm">
        {t('gateWishText')} {t('gateWishChosen', { policy: text(policyText(pair.gateWish, GATE_WAIT_S)) })}
        {!pair.prepared && ` ${t('gateWishFirst')}`}
      </p>
    </Note>
  );
}
