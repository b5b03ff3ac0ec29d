import type { DraftData } from '#server/domain/setup-draft.ts';

/** One decision per page. */
export const WIZARD_STEPS = ['servers', 'safety', 'gate', 'name', 'review'] as const;
export type WizardStep = (typeof WIZARD_STEPS)[number];

const STEPS_OF = {
  'new-standby': WIZARD_STEPS,
  // Nothing is set up, so nothing has to be decided about what a commit waits for.
  adopt: ['servers', 'gate', 'name', 'review'],
} as const satisfies Record<DraftData['kind'], readonly WizardStep[]>;

export function stepsOf(kind: DraftData['kind']): readonly WizardStep[] {
  return STEPS_OF[kind];
}

export function isWizardStep(text: string): text is WizardStep {
  return WIZARD_STEPS.some((step) => step === text);
}

/** The page that asks for an answer of the draft, so that an error can lead back to it. */
export function stepAsking(field: string): WizardStep {
  const asked: Record<string, WizardStep> = {
    name: 'name',
    environment: 'name',
    startGate: 'gate',
    mode: 'safety',
    maxSlotWalKeepBytes: 'safety',
    walKeepBytes: 'safety',
    backupRateLimitBytes: 'safety',
  };
  return asked[field] ?? 'servers';
}

/** Address of a page of a draft. */
export function stepPath(draftId: string, step: WizardStep): string {
  return `/pairs/new/${draftId}/${step}`;
}
