import type { OperationView } from '#server/domain/operation-view.ts';
import type { Text } from '#server/domain/plan.ts';

/** A run in plain text, for a ticket. Secrets are dots in everything that it is made from. */
export function operationReport(operation: OperationView, text: (value: Text) => string): string {
  const time = (atMs: number | null) => (atMs === null ? '–' : new Date(atMs).toISOString());
  const steps = operation.plan.steps.flatMap((planned, index) => {
    const step = operation.steps[index];
    if (step === undefined) return [];
    const head = `${index + 1}. [${step.state}] ${text(planned.explain)} (${planned.server ?? '–'})`;
    if (step.problem === null) return [head];
    const { code, message, detail, hint } = step.problem;
    return [
      head,
      ...[`${code}: ${message}`, detail, hint]
        .filter((line) => line !== undefined)
        .map((line) => `   ${line}`),
    ];
  });
  return [
    `${text(operation.title)}: ${operation.status}`,
    `${operation.id}, ${operation.startedBy}, ${time(operation.startedAtMs)} – ${time(operation.finishedAtMs)}`,
    ...steps,
  ].join('\n');
}
