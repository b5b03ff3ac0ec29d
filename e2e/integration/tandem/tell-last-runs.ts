import type { TestTandem } from './start-tandem.ts';

/** After a failed test: what the last operations did, step by step. */
export async function tellLastRuns(tandem: TestTandem, task: { result?: { state: string } }): Promise<void> {
  if (task.result?.state !== 'fail') return;
  for (const { id, kind } of await tandem.services.operations.list(3)) {
    const { status, steps, problem } = await tandem.services.operations.get(id);
    const lines = steps.map((s) => `  ${s.name} ${s.state} ${s.fact?.en ?? ''}`).join('\n');
    process.stdout.write(`${kind} ${status} ${JSON.stringify(problem)}\n${lines}\n`);
  }
}
