import { describe, expect, it } from 'vitest';
import { primarySample, standbySample } from '#server/testing/node-samples.ts';
import { linkIsSilent } from './link-silence.ts';

const IDLE = {
  notReceivedBytes: 0,
  notReplayedBytes: 0,
  totalBytes: 0,
  seconds: 0,
  walBytesPerSecond: 0,
  commitsPerSecond: 0,
  skewMs: 0,
};
const [sender = expect.fail()] = primarySample().senders;
const { receiver = null } = standbySample();

/** An idle pair; the report's age is what the primary computes from the standby's time stamp. */
function idle(o: {
  reportAgeMs: number | null;
  everyMs?: number | null;
  standbyAheadMs?: number;
  others?: (typeof sender)[];
  slotName?: string;
}): boolean {
  const ahead = o.standbyAheadMs ?? 0;
  const replyAgeMs = o.reportAgeMs === null ? null : o.reportAgeMs - ahead;
  const statusIntervalMs = o.everyMs === undefined ? 10_000 : o.everyMs;
  return linkIsSilent({
    primary: primarySample('0/0', {
      senders: [{ ...sender, replyAgeMs }, ...(o.others ?? [])],
      takenAtMs: 50_000,
      serverTimeMs: 50_000,
    }),
    standby: standbySample('0/0', {
      receiver: receiver && { ...receiver, lastMessageAgeMs: 600_000, statusIntervalMs },
      takenAtMs: 50_020,
      serverTimeMs: 50_020 + ahead,
    }),
    lag: IDLE,
    slotName: o.slotName ?? null,
  });
}

describe('the link of an idle pair', () => {
  it('is silent when the report of the standby is overdue', () => {
    expect(idle({ reportAgeMs: 14_100 })).toBe(true);
    expect(idle({ reportAgeMs: 44_000, everyMs: 30_000 })).toBe(true);
  });

  it('is not silent while a report may still come, also at its longest interval', () => {
    expect(idle({ reportAgeMs: 10_500 })).toBe(false);
    expect(idle({ reportAgeMs: 13_000 })).toBe(false);
    expect(idle({ reportAgeMs: 44_000, everyMs: 60_000 })).toBe(false);
  });

  it('is judged by one clock: servers whose clocks differ are neither silent for it nor never', () => {
    for (const standbyAheadMs of [-60_000, 60_000]) {
      expect(idle({ reportAgeMs: 5_000, standbyAheadMs })).toBe(false);
      expect(idle({ reportAgeMs: 15_000, standbyAheadMs })).toBe(true);
    }
  });

  it('is not judged where the standby sends no reports, or none was seen', () => {
    expect(idle({ reportAgeMs: 600_000, everyMs: 0 })).toBe(false);
    expect(idle({ reportAgeMs: 600_000, everyMs: null })).toBe(false);
    expect(idle({ reportAgeMs: null })).toBe(false);
  });

  it('is judged by the sender of this standby, and not at all when that cannot be told', () => {
    const other = { ...sender, applicationName: 'pg_receivewal', replyAgeMs: 20_000 };
    expect(idle({ reportAgeMs: 1_000, others: [other] })).toBe(false);
    expect(idle({ reportAgeMs: 15_000, others: [other] })).toBe(false);
    expect(idle({ reportAgeMs: 15_000, others: [other], slotName: sender.applicationName })).toBe(true);
    expect(idle({ reportAgeMs: 1_000, others: [other], slotName: sender.applicationName })).toBe(false);
  });
});
