import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasHbaFence, withHbaFence, withoutHbaFence } from './hba-fence.ts';

const FILE = `# ours
local all all peer
host all all 127.0.0.1/32 scram-sha-256
host postgres "tandem_monitor" ::1/128 scram-sha-256
host all all 10.0.0.0/8 scram-sha-256
`;

describe('the fence in pg_hba.conf', () => {
  it('rejects the network before any rule of the file, and lets the host itself in as before', () => {
    const lines = withHbaFence(FILE).split('\n');
    expect(lines.slice(1, 5)).toEqual([
      'host all all 127.0.0.1/32 scram-sha-256',
      'host postgres "tandem_monitor" ::1/128 scram-sha-256',
      'host all all all reject',
      '# END Tandem fence',
    ]);
  });

  it('is laid once and taken away without a trace, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string(), (content) => {
        const fenced = withHbaFence(content);
        expect(hasHbaFence(fenced)).toBe(true);
        expect(withHbaFence(fenced)).toBe(fenced);
        expect(withoutHbaFence(fenced)).toBe(content);
      }),
    );
  });

  it('touches no file that has none', () => {
    expect(withoutHbaFence(FILE)).toBe(FILE);
  });
});
