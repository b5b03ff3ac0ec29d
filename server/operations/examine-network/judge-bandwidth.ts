import type { Text } from '#server/domain/plan.ts';
import { bytesText, sameText, text } from '#server/domain/text.ts';
import { LONGEST_BACKUP_MS } from '../setup-standby/backup-time.ts';
import type { Examined, WalRate } from './examined.ts';
import type { WayObservation } from './observe-way.ts';
import { unknown, type Verdict } from './verdict.ts';

/** WAL comes in bursts: twice the peak leaves room to catch up. */
const ROOM = 2;

/** Against the WAL that the primary writes: only towards the primary does WAL have to come. */
export function judgeBandwidth(
  { bandwidth, to }: WayObservation,
  { wal }: Pick<Examined, 'wal'>,
): Verdict | null {
  if (bandwidth === null) return null;
  if ('unknown' in bandwidth) return unknown(bandwidth.unknown);
  const { bytesPerSecond, atMost } = bandwidth;
  const rate = bytesText(bytesPerSecond);
  const less = atMost ? text('less than ', 'weniger als ') : sameText('');
  const measured = text(`${less.en}${rate.en}/s`, `${less.de}${rate.de}/s`);
  const state = atMost ? 'warning' : 'ok';
  if (to !== 'primary') return { state, detail: measured };
  if (wal === null)
    return {
      state,
      detail: text(
        `${measured.en}; how much WAL is written was not watched yet`,
        `${measured.de}; wie viel WAL geschrieben wird, wurde noch nicht beobachtet`,
      ),
    };
  const written = walText(wal);
  const detail = text(`${measured.en}; ${written.en}`, `${measured.de}; ${written.de}`);
  if (bytesPerSecond < wal.average)
    return {
      state: 'blocking',
      detail,
      fix: text(
        'The standby cannot keep up: it falls behind for as long as this lasts.',
        'Der Standby-Server kann nicht mithalten: Er fällt zurück, solange das andauert.',
      ),
    };
  if (bytesPerSecond < ROOM * wal.peak)
    return {
      state: 'warning',
      detail,
      fix: text(
        'At the peaks the standby falls behind and catches up later.',
        'In Spitzen fällt der Standby-Server zurück und holt später auf.',
      ),
    };
  return { state: 'ok', detail };
}

function walText({ average, peak, watched }: WalRate): Text {
  const [mean, most] = [bytesText(average), bytesText(peak)];
  return watched === 'hour'
    ? text(
        `WAL of the last hour: ${mean.en}/s, at most ${most.en}/s`,
        `WAL der letzten Stunde: ${mean.de}/s, höchstens ${most.de}/s`,
      )
    : text(
        `WAL that the primary writes: ${mean.en}/s on average, at most ${most.en}/s seen`,
        `WAL, das der Primärserver schreibt: im Mittel ${mean.de}/s, höchstens ${most.de}/s gesehen`,
      );
}

/** How long the copy takes at least: the line, or the limit that the draft sets. */
export function judgeBackup({ bandwidth, to }: WayObservation, { planned }: Examined): Verdict | null {
  if (planned === null || to !== 'primary' || bandwidth === null || 'unknown' in bandwidth) return null;
  const { bytes, limit } = planned.backup;
  const rate = Math.min(bandwidth.bytesPerSecond, limit ?? Infinity);
  const ms = (bytes / Math.max(rate, 1)) * 1_000;
  const [size, speed, time] = [bytesText(bytes), bytesText(rate), durationText(ms)];
  const detail = text(
    `${size.en} at ${speed.en}/s: ${time.en} at least`,
    `${size.de} mit ${speed.de}/s: mindestens ${time.de}`,
  );
  if (ms < LONGEST_BACKUP_MS) return { state: 'ok', detail };
  return {
    state: 'blocking',
    detail,
    fix: text(
      'Tandem ends a copy after 24 hours. Take a faster line, or a higher limit.',
      'Tandem beendet eine Kopie nach 24 Stunden. Nehmen Sie eine schnellere Leitung oder eine höhere Grenze.',
    ),
  };
}

function durationText(ms: number): Text {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds < 120) return sameText(`${seconds} s`);
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? sameText(`${minutes} min`) : sameText(`${Math.round(minutes / 60)} h`);
}
