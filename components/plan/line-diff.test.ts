import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from './line-diff.ts';

const show = (before: string | null, after: string) =>
  lineDiff(before, after).map(
    ({ kind, text }) => `${{ same: ' ', removed: '-', added: '+', skipped: '~' }[kind]}${text}`,
  );

describe('lineDiff', () => {
  it('shows a new file as added', () => {
    expect(show(null, 'a\nb\n')).toEqual(['+a', '+b']);
  });
  it('shows a changed line with what surrounds it and leaves out the rest', () => {
    const before = Array.from({ length: 20 }, (_, n) => `line ${n}`).join('\n');
    const after = before.replace('line 10', 'LINE 10');
    expect(show(before, after)).toEqual([
      '~…',
      ' line 7',
      ' line 8',
      ' line 9',
      '-line 10',
      '+LINE 10',
      ' line 11',
      ' line 12',
      ' line 13',
      '~…',
    ]);
  });
  it('says nothing but "unchanged" about equal texts', () => {
    expect(show('a\nb', 'a\nb')).toEqual(['~…']);
  });
  it('always leads from the one text to the other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = lineDiff(before.join('\n'), after.join('\n'));
        if (lines.some((line) => line.kind === 'skipped')) return;
        expect(lines.filter((line) => line.kind !== 'added').map((line) => line.text)).toEqual(before);
        expect(lines.filter((line) => line.kind !== 'removed').map((line) => line.text)).toEqual(after);
      }),
    );
  });
});
