import { POINT_OF_NO_RETURN, type Operation } from '#server/engine/define-operation.ts';

/** A series of equal steps (`redirect-1` to `redirect-5`) is one row. */
const LATER_OF_A_SERIES = /^(?:stop-application|redirect|start-application)-[2-9]$/;
const KINDS = { check: 'check', mutation: 'change', wait: 'wait', read: 'look' } as const;

const ADDITIONS = '| | **from here on a failure undoes only what follows, and asks a person** | | |';

/** One operation as a page: its table of steps in the words of its own definition. */
export function renderOperation<W, O, I>(operation: Operation<W, O, I>, example: I): string {
  // Explaining uses the input alone; a page has no hosts to look at.
  const c = { world: undefined as never, input: example };
  const firstAddition = operation.steps.find((step) => step !== POINT_OF_NO_RETURN && step.addition === true);
  const rows = operation.steps.flatMap((step) => {
    if (step === POINT_OF_NO_RETURN) return ['| | **from here on nothing is undone** | | |'];
    if (LATER_OF_A_SERIES.test(step.name)) return [];
    const undo = step.kind !== 'mutation' ? '–' : 'nothing' in step.undo ? step.undo.nothing.en : step.undo.explain(c).en;
    const when = step.skip === undefined ? '' : ' *(only when needed)*';
    const from = step === firstAddition ? [ADDITIONS] : [];
    return [...from, `| \`${step.name}\` | ${KINDS[step.kind]} | ${step.explain(c).en}${when} | ${undo} |`];
  });
  return [
    `# ${operation.kind}`,
    '',
    '<!-- Generated from the operation itself by scripts/docs/write-operations.ts; a test compares. -->',
    '',
    `${operation.title(example).en} (version ${operation.version}).`,
    '',
    '| step | kind | what it does | how it is undone |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
