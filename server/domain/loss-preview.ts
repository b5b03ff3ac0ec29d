import type { Estimate, LossPreview } from './assessment.ts';
import { bytesBetween, parseLsn, type Lsn } from './lsn.ts';
import type { PairSample } from './pair-sample.ts';
import { text } from './text.ts';

/** The last thing that Tandem saw of a primary, kept for the hour in which it is silent. */
export interface LastPrimary {
  atMs: number;
  epoch: number;
  flushLsn: Lsn;
  walBytesPerSecond: number | null;
  commitsPerSecond: number | null;
  /** The standby was synchronous in that sample. */
  synchronous: boolean;
  /** For how long nobody has watched the pair since, ms: a worker was restarted, or all were away. */
  unwatchedMs: number;
}

/** In a longer gap the primary may have done anything: what was seen before bounds nothing. */
const MAX_UNWATCHED_MS = 60_000;

/** Takes over what a tick saw; a tick that did not see the primary changes nothing. */
export function notePrimary(before: LastPrimary | null, sample: PairSample): LastPrimary | null {
  const { primary, lag } = sample;
  const kept = before?.epoch === sample.epoch ? before : null;
  if (!primary.reachable || primary.inRecovery) return kept;
  const flushLsn = parseLsn(primary.flushLsn ?? '');
  if (flushLsn === null) return kept;
  const known = kept ?? { walBytesPerSecond: null, commitsPerSecond: null };
  return {
    atMs: primary.takenAtMs,
    epoch: sample.epoch,
    flushLsn,
    walBytesPerSecond: lag.walBytesPerSecond ?? known.walBytesPerSecond,
    commitsPerSecond: lag.commitsPerSecond ?? known.commitsPerSecond,
    synchronous: primary.senders.some((s) => s.syncState === 'sync' || s.syncState === 'quorum'),
    unwatchedMs: 0,
  };
}

const UNKNOWN: Estimate = { value: null, atMost: null, confidence: 'unknown' };
/** A second of writing that the last sample cannot have seen, however short the silence. */
const MIN_SILENCE_S = 1;

/**
 * What a promotion would lose: what the primary had flushed and the standby has not received. Replay
 * backlog is not loss. What was written after the last sample is bounded by the rate seen until then.
 */
export function previewLoss(last: LastPrimary | null, receivedLsn: Lsn | null, nowMs: number): LossPreview {
  if (last === null || receivedLsn === null) {
    return {
      bytes: UNKNOWN,
      transactions: UNKNOWN,
      seconds: UNKNOWN,
      guaranteedZero: false,
      basis: text(
        'Tandem has not seen the primary since it watches this pair: nothing is known.',
        'Tandem hat den Primärserver nicht gesehen, seit es dieses Paar überwacht: Nichts ist bekannt.',
      ),
    };
  }
  const silentS = Math.max(MIN_SILENCE_S, (nowMs - last.atMs) / 1_000);
  const behind = Math.max(0, bytesBetween(receivedLsn, last.flushLsn));
  const rate = last.walBytesPerSecond;
  const atMost = rate === null ? null : Math.ceil(behind + rate * silentS);
  const seconds: Estimate = {
    value: Math.round(silentS * 10) / 10,
    atMost: Math.round(silentS * 10) / 10,
    confidence: 'measured',
  };
  if (last.unwatchedMs > MAX_UNWATCHED_MS) return afterGap(last, behind, seconds);
  if (last.synchronous) {
    return {
      bytes: { value: behind, atMost, confidence: 'estimated' },
      transactions: { value: 0, atMost: 0, confidence: 'measured' },
      seconds,
      guaranteedZero: true,
      basis: text(
        'The standby was synchronous in the last sample: no acknowledged commit is lost, unless somebody released or cancelled a waiting commit.',
        'Der Standby-Server war in der letzten Messung synchron: Kein bestätigter Commit geht verloren, außer jemand hat einen wartenden Commit freigegeben oder abgebrochen.',
      ),
    };
  }
  return {
    bytes: { value: behind, atMost, confidence: atMost === null ? 'unknown' : 'estimated' },
    transactions: transactionsIn(last, behind, silentS),
    seconds,
    guaranteedZero: false,
    basis: text(
      'From the last position seen of the primary and what the standby has received; what was written since is estimated from the rate until then.',
      'Aus der letzten gesehenen Position des Primärservers und dem, was der Standby-Server empfangen hat; danach Geschriebenes ist aus der bisherigen Rate geschätzt.',
    ),
  };
}

/** What was behind then is lost at least; for more nobody can answer. */
function afterGap({ unwatchedMs }: LastPrimary, behind: number, seconds: Estimate): LossPreview {
  const minutes = Math.max(1, Math.round(unwatchedMs / 60_000));
  return {
    bytes: behind === 0 ? UNKNOWN : { value: behind, atMost: null, confidence: 'estimated' },
    transactions: UNKNOWN,
    seconds,
    guaranteedZero: false,
    basis: text(
      `Nobody watched the pair for about ${minutes} min after the primary was seen last: how much it wrote then is unknown.`,
      `Nachdem der Primärserver zuletzt gesehen wurde, hat etwa ${minutes} min lang niemand das Paar überwacht: Wie viel er da geschrieben hat, ist unbekannt.`,
    ),
  };
}

function transactionsIn(last: LastPrimary, behind: number, silentS: number): Estimate {
  const { commitsPerSecond: commits, walBytesPerSecond: rate } = last;
  if (commits === null || rate === null) return UNKNOWN;
  // An idle primary writes no WAL: then there is nothing to divide by, and nothing is behind.
  const known = rate > 0 ? (behind / rate) * commits : 0;
  return { value: Math.round(known), atMost: Math.ceil(known + commits * silentS), confidence: 'estimated' };
}
