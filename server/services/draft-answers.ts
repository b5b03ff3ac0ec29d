import type { DraftData } from '#server/domain/setup-draft.ts';
import { PROPOSED_GATE } from '#server/domain/start-gate.ts';

/** A draft without answers. */
export function emptyDraft(kind: DraftData['kind']): DraftData {
  const common = {
    primaryServerId: null,
    primaryDataDirectory: null,
    standbyServerId: null,
    standbyDataDirectory: null,
    startGate: PROPOSED_GATE,
    name: null,
    environment: 'production' as const,
  };
  return kind === 'adopt'
    ? { kind, ...common, givenRole: null, givenRoleSecretId: null }
    : {
        kind,
        ...common,
        standbyPort: null,
        mode: 'asynchronous',
        maxSlotWalKeepBytes: null,
        walKeepBytes: null,
        backupRateLimitBytes: null,
      };
}

/** Names of the answers without which no plan can be made. */
export function missingAnswers(data: DraftData): string[] {
  const required: [string, unknown][] = [
    ['primaryServerId', data.primaryServerId],
    ['primaryDataDirectory', data.primaryDataDirectory],
    ['name', data.name === '' ? null : data.name],
  ];
  if (data.kind === 'new-standby') required.push(['standbyServerId', data.standbyServerId]);
  if (data.kind === 'adopt' && data.givenRole !== null)
    required.push(['givenRolePassword', data.givenRoleSecretId]);
  return required.filter(([, value]) => value === null).map(([name]) => name);
}
