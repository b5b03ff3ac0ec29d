import { describe, expect, it } from 'vitest';
import { classifyFailure, diagnoseFailure, type FailureFacts, saysDiskFull } from './failure-diagnosis.ts';

const DOWN: FailureFacts = {
  ssh: 'works',
  accepts: false,
  process: false,
  freeShare: 0.5,
  logSaysDiskFull: false,
  standbyReaches: false,
  receiverAdvances: false,
  standbyAnswers: true,
};

describe('the diagnosis of a failure', () => {
  it.each([
    ['a primary that works', { accepts: true, process: true, standbyReaches: true }, 'works', 'refused'],
    ['a PostgreSQL that does not run', {}, 'postgres-down', 'promote'],
    ['a process that answers nobody', { process: true, standbyReaches: true }, 'hung', 'promote'],
    ['a full disk', { freeShare: 0.001 }, 'disk-full', 'advised-against'],
    [
      'a log that speaks of a full disk, where little room is left',
      { logSaysDiskFull: true, freeShare: 0.03 },
      'disk-full',
      'advised-against',
    ],
    [
      'a log that speaks of a full disk, where nobody can look',
      { logSaysDiskFull: true, freeShare: null },
      'disk-full',
      'advised-against',
    ],
    [
      'an old log that speaks of a full disk, where there is room',
      { logSaysDiskFull: true, freeShare: 0.5, process: false },
      'postgres-down',
      'promote',
    ],
    ['a refused login', { ssh: 'refused' }, 'credentials', 'advised-against'],
    ['a host that nobody reaches', { ssh: 'silent', accepts: null, process: null }, 'host-down', 'promote'],
    ['a host that only we do not reach', { ssh: 'silent', standbyReaches: true }, 'path-cut', 'refused'],
    [
      'a host that we do not reach while the receiver advances',
      { ssh: 'silent', standbyReaches: null, receiverAdvances: true },
      'path-cut',
      'refused',
    ],
    ['two hosts out of reach', { ssh: 'silent', standbyAnswers: false }, 'we-are-cut-off', 'refused'],
    [
      'a witness that could not be asked',
      { ssh: 'silent', standbyReaches: null },
      'unclear',
      'advised-against',
    ],
  ] as const)('calls %s by its name', (_, change, expected, advice) => {
    const facts: FailureFacts = { ...DOWN, ...change };
    expect(classifyFailure(facts)).toBe(expected);
    expect(diagnoseFailure(facts, []).advice).toBe(advice);
  });
});

describe('a log that speaks of a full disk', () => {
  const FULL = 'PANIC:  could not write to file "pg_wal/xlogtemp.7": No space left on device\n';
  const READY = 'LOG:  database system is ready to accept connections\n';

  it('is believed when it is the last that happened', () => {
    expect(saysDiskFull(READY + FULL)).toBe(true);
    expect(saysDiskFull(FULL)).toBe(true);
  });

  it('is over once the server has started or was promoted since', () => {
    expect(saysDiskFull(`${FULL}${READY}LOG:  checkpoint starting: time\n`)).toBe(false);
  });
});
