import { describe, expect, it } from 'vitest';
import { staleChanges } from './stale-changes.ts';

const refusal = (changes: string) => ({ code: 'STALE_VIEW' as const, message: 'm', data: { changes } });

describe('what a refusal says about the differences', () => {
  it('lists each in both languages', () => {
    const changes = [{ en: 'the loss is unknown now', de: 'der Verlust ist jetzt unbekannt' }];
    expect(staleChanges(refusal(JSON.stringify(changes)))).toEqual(changes);
  });
  it('lists nothing when they are missing or cannot be read', () => {
    expect(staleChanges({ code: 'STALE_VIEW', message: 'm' })).toEqual([]);
    expect(staleChanges(refusal('{'))).toEqual([]);
    expect(staleChanges(refusal('[1]'))).toEqual([]);
    expect(staleChanges({ ...refusal('[]'), code: 'GATE_FAILED' })).toEqual([]);
  });
});
