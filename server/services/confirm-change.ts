import { AppError } from '#server/errors/app-error.ts';
import type { Assessment } from '#server/domain/assessment.ts';
import { invalidField } from '#server/domain/invalid-field.ts';
import type { ChangeRequest } from './services.ts';

/** Rejects unless everything that the page asks for was given; each error names its field. */
export function requireConfirmed(a: Assessment, request: ChangeRequest): void {
  const blocking = a.gates.filter((g) => g.state === 'blocking' || g.state === 'unknown');
  if (blocking.length > 0) {
    throw new AppError('GATE_FAILED', {
      message: blocking.map((g) => g.title.en).join('; '),
      detail: blocking.map((g) => g.detail.en).join('; '),
      hint: 'Mend what blocks; the page says how.',
    });
  }
  const { word, ticks, reasonRequired } = a.confirmation;
  if (word !== null && request.confirmation?.trim() !== word.text) {
    throw invalidField('confirmation', `type ${word.text} to confirm`, 'The text has to match exactly.');
  }
  const missing = ticks.filter((t) => !request.ticks.includes(t.code));
  if (missing.length > 0) {
    throw invalidField(
      'ticks',
      missing.map((t) => t.text.en).join('; '),
      'Tick each sentence that you accept.',
    );
  }
  if (reasonRequired && (request.reason ?? '').trim() === '') {
    throw invalidField('reason', 'say why', 'The reason is kept with the run.');
  }
  if (request.kind === 'switchover' && (request.outageLimitMs < 2_000 || request.outageLimitMs > 3_600_000)) {
    throw invalidField('outageLimitMs', 'from 2 to 3600 seconds', 'Give the longest outage that you accept.');
  }
}
