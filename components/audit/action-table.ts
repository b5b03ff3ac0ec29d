/** Actions with a wording in messages `audit.actions.<action>`; others are shown by their code. */
const AUDIT_ACTIONS = [
  'installation-claim',
  'password-reset',
  'server-added',
  'server-changed',
  'server-removed',
  'container-make-started',
  'settings-release-started',
  'server-preparation-started',
  'host-key-approved',
  'key-installation-started',
  'plan-approved',
  'draft-removed',
  'operation-cancelled',
  'operation-retried',
  'operation-undone',
  'operation-closed',
  'lost-wal-downloaded',
  'token-created',
  'token-revoked',
  'switchover-started',
  'failover-started',
  'rejoin-started',
  'pause-replay-started',
  'resume-replay-started',
  'detach-started',
  'open-primary-started',
  'attach-started',
  'encrypt-started',
  'rehearse-started',
  'pair-removal-started',
  'slot-drop-started',
  'route-added',
  'route-changed',
  'route-removed',
  'session-end-started',
  'hook-added',
  'hook-changed',
  'hook-removed',
  'hook-check-started',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The action as messages know it; null = they have no wording for it. */
export function knownAction(action: string): AuditAction | null {
  const code = action.replaceAll('.', '-');
  return AUDIT_ACTIONS.find((each) => each === code) ?? null;
}
