import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hbaAddress,
  hbaName,
  pairHbaRules,
  readHbaBlock,
  withHbaBlock,
  withoutHbaBlock,
} from './hba-block.ts';

const RULES = ['local postgres "a" scram-sha-256', 'host replication "b" 10.0.0.1/32 scram-sha-256'];
const line = fc.string({ unit: 'binary' }).filter((text) => !/\n|Tandem/.test(text));
const file = fc.array(line).map((lines) => lines.join('\n'));

describe('the block in pg_hba.conf', () => {
  it('gives every file back byte for byte when it is taken out again', () => {
    fc.assert(
      fc.property(file, (content) => {
        expect(withoutHbaBlock(withHbaBlock(content, RULES))).toBe(content);
      }),
    );
  });

  it('is read as it was written, and replaced instead of doubled', () => {
    fc.assert(
      fc.property(file, (content) => {
        const twice = withHbaBlock(withHbaBlock(content, ['other']), RULES);
        expect(readHbaBlock(twice)).toEqual(RULES);
        expect(twice).toBe(withHbaBlock(content, RULES));
      }),
    );
  });

  it('stands before every rule of others, since the first match wins', () => {
    const lines = withHbaBlock('host all all 0.0.0.0/0 reject\n', RULES).split('\n');
    expect(lines.indexOf(RULES[1] ?? '')).toBeLessThan(lines.indexOf('host all all 0.0.0.0/0 reject'));
  });

  it('is left alone when its end is missing: what follows could be somebody else’s', () => {
    const broken = withHbaBlock('x', RULES).replace('# END Tandem\n', '');
    expect(readHbaBlock(broken)).toBeNull();
    expect(withoutHbaBlock(broken)).toBe(broken);
  });

  it('quotes names, so that none is a keyword or a second field', () => {
    expect(hbaName('all')).toBe('"all"');
    expect(hbaName('a" b')).toBe('"a"" b"');
  });

  it('names single addresses of both families', () => {
    expect(hbaAddress('10.0.0.1')).toBe('10.0.0.1/32');
    expect(hbaAddress('fd00::1')).toBe('fd00::1/128');
  });

  it("lets the monitor in from a container's neighbours only where the server is in a container", () => {
    const roles = { replication: 'repl', rewind: 'rew', monitor: 'mon' };
    const samenet = (inContainer: boolean) =>
      pairHbaRules(roles, ['10.0.0.1'], { inContainer }).filter((rule) => rule.includes('samenet'));
    expect(samenet(false)).toEqual([]);
    expect(samenet(true)).toEqual(['host postgres "mon" samenet scram-sha-256']);
  });

  it('admits replication and rewind from exactly the given addresses, once each, always with a password', () => {
    const roles = { replication: 'repl', rewind: 'rew', monitor: 'mon' };
    const rules = pairHbaRules(roles, ['10.0.0.1', '10.0.0.2', '10.0.0.1']);
    expect(rules.filter((r) => r.startsWith('host replication'))).toEqual([
      'host replication "repl" 10.0.0.1/32 scram-sha-256',
      'host replication "repl" 10.0.0.2/32 scram-sha-256',
    ]);
    expect(rules.filter((r) => r.includes('"rew"'))).toHaveLength(2);
    expect(rules.filter((r) => r.includes('"mon"')).every((r) => /^local|127\.0\.0\.1|::1/.test(r))).toBe(
      true,
    );
    expect(rules.every((r) => r.endsWith(' scram-sha-256'))).toBe(true);
  });
});
