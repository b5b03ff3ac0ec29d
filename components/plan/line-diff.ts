export interface DiffLine {
  kind: 'same' | 'removed' | 'added' | 'skipped';
  text: string;
}

const CONTEXT = 3;
/** Beyond this the changed middle is shown as removed and added as a whole. */
const LARGEST_TABLE = 250_000;

const split = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** What changes from one text to the other, line by line, with a little of what stays around it. */
export function lineDiff(before: string | null, after: string): DiffLine[] {
  const old = split(before ?? '');
  const now = split(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end))
    end += 1;
  const middle = diffMiddle(old.slice(start, old.length - end), now.slice(start, now.length - end));
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return fold([...old.slice(0, start).map(same), ...middle, ...old.slice(old.length - end).map(same)]);
}

function diffMiddle(old: readonly string[], now: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: 'removed', text });
  const added = (text: string): DiffLine => ({ kind: 'added', text });
  if (old.length * now.length > LARGEST_TABLE) return [...old.map(removed), ...now.map(added)];
  const common = commonLengths(old, now);
  const width = now.length + 1;
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    const a = old[i];
    const b = now[j];
    if (a !== undefined && a === b) {
      lines.push({ kind: 'same', text: a });
      i += 1;
      j += 1;
    } else if (
      a !== undefined &&
      (b === undefined || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      lines.push(removed(a));
      i += 1;
    } else {
      lines.push(added(b ?? ''));
      j += 1;
    }
  }
  return lines;
}

/** Length of the longest common rest of both texts from every pair of positions on. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint32Array {
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        old[i] === now[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    }
  }
  return common;
}

/** Long stretches that stay are left out, but for some lines around each change. */
function fold(lines: readonly DiffLine[]): DiffLine[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some((line) => line.kind !== 'same'),
  );
  return lines.flatMap((line, index): DiffLine[] => {
    if (near[index] === true) return [line];
    return index > 0 && near[index - 1] === false ? [] : [{ kind: 'skipped', text: '…' }];
  });
}
