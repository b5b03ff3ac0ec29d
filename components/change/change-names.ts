import type { Assessment } from '#server/domain/assessment.ts';
import type { PairView } from '#server/services/services.ts';

/** The servers by what becomes of them. */
export interface ChangeNames {
  old: string;
  new: string;
  /** Rejoin: who comes back as the standby, and who stays the primary. */
  back: string;
  current: string;
}

/** From the look where there is one, so that names and evidence are of one moment. */
export function changeNames(pair: PairView, assessment: Assessment | null): ChangeNames {
  const back = pair.mustRejoin?.serverName ?? pair.standby.serverName;
  const current = back === pair.primary.serverName ? pair.standby.serverName : pair.primary.serverName;
  return {
    old: assessment?.oldPrimary ?? pair.primary.serverName,
    new: assessment?.newPrimary ?? pair.standby.serverName,
    back,
    current,
  };
}
