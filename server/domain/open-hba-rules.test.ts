import fc from 'fast-check';
import { expect, it } from 'vitest';
import { closeReplicationRules, openHbaRules, reopenRules } from './open-hba-rules.ts';

const GUIDE = `# TYPE DATABASE USER ADDRESS METHOD
local   all             all                                     trust
host    all             all             127.0.0.1/32            scram-sha-256
host    all             all             0.0.0.0/0               scram-sha-256
host    replication     replicator      0.0.0.0 0.0.0.0         scram-sha-256
hostssl replication,shop replicator     all                     scram-sha-256
host    replication     replicator      10.0.0.2/32             scram-sha-256
host    all             all             ::/0                    reject
`;

it('finds what admits every address, in any way of writing it', () => {
  expect(openHbaRules(GUIDE).map((rule) => [rule.line, rule.replication])).toEqual([
    [4, false],
    [5, true],
    [6, false],
  ]);
});

it('closes the rules for replication alone, and says so in the file', () => {
  const closed = closeReplicationRules(GUIDE);
  // The one that admits to a database too stays: clients may need it.
  expect(openHbaRules(closed).map((rule) => rule.line)).toEqual([4, 6]);
  expect(closed).toContain('# closed by Tandem, it was open to everybody: host    replication');
});

it('gives every file back as it was', () => {
  const line = fc.constantFrom(...GUIDE.split('\n'), '', '  # a comment', '\thost replication all all trust');
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      expect(reopenRules(closeReplicationRules(lines.join('\n')))).toBe(lines.join('\n'));
    }),
  );
});
