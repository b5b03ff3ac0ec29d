import type { ChangePair } from '#server/ports/change-store.ts';
import type { ChangeInput } from './input.ts';

/** What every change of roles is pinned to; null = the pair lacks what a way back needs. */
export function changeInputOf(pair: ChangePair): ChangeInput | null {
  const { slotName, replicationRole, rewindRole } = pair;
  if (slotName === null || replicationRole === null || rewindRole === null) return null;
  return {
    pairId: pair.pairId,
    pairName: pair.name,
    environment: pair.environment,
    epoch: pair.epoch,
    majorVersion: pair.majorVersion,
    systemIdentifier: pair.systemIdentifier,
    mode: pair.mode,
    oldPrimary: pair.primary,
    newPrimary: pair.standby,
    slotName,
    replicationRole,
    rewindRole,
    hooks: pair.hooks,
    routes: pair.routes,
    tls: pair.tls !== null,
    tlsNames: { ...pair.tlsNames },
    gateWish: pair.gateWish,
    reason: null,
  };
}
