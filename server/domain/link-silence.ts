import type { ReachableNodeSample, WalSenderSample } from './node-sample.ts';
import type { PairLag } from './pair-sample.ts';

const SILENT_MS = 2_000;
/** A report may be late by this much, and our look at the two clocks wrong, before it counts as missing. */
const REPORT_GRACE_MS = 4_000;

interface Link {
  primary: ReachableNodeSample;
  standby: ReachableNodeSample;
  lag: PairLag;
  slotName: string | null;
}

/**
 * The link between the hosts is cut while both ends still say "streaming", which they do until
 * wal_receiver_timeout and wal_sender_timeout, a minute by default. Two things show it sooner: WAL that
 * is to be sent while neither end hears of the other, and on an idle pair the report that a standby
 * sends every wal_receiver_status_interval (10 s by default) whether there is news or not.
 */
export function linkIsSilent(link: Link): boolean {
  const streaming = link.primary.senders.filter((s) => s.state === 'streaming');
  const own = streaming.find((s) => link.slotName !== null && s.applicationName === link.slotName);
  const [first] = streaming;
  if (first === undefined) return false;
  // One of several that is not known to be the standby's may be anybody's, with reports of its own kind.
  const known = own ?? (streaming.length === 1 ? first : null);
  return wantsToSend(link, own ?? first) || (known !== null && missesReport(link, known));
}

function wantsToSend({ standby, lag }: Link, sender: WalSenderSample): boolean {
  const heardMs = Math.min(sender.replyAgeMs ?? 0, standby.receiver?.lastMessageAgeMs ?? 0);
  return heardMs >= SILENT_MS && (lag.seconds ?? 0) * 1_000 >= SILENT_MS && (lag.notReceivedBytes ?? 0) > 0;
}

function missesReport(link: Link, sender: WalSenderSample): boolean {
  const everyMs = link.standby.receiver?.statusIntervalMs ?? 0;
  // 0 = switched off: then silence is normal again.
  if (everyMs <= 0 || sender.replyAgeMs === null) return false;
  return sender.replyAgeMs + clockDifferenceMs(link) > everyMs + REPORT_GRACE_MS;
}

/**
 * Standby's clock minus primary's. A report carries the time of the standby's clock and its age is
 * taken on the primary's: servers whose clocks differ by a minute would look silent, or never.
 */
function clockDifferenceMs({ primary, standby }: Link): number {
  const aheadMs = (node: ReachableNodeSample): number => node.serverTimeMs - node.takenAtMs;
  return aheadMs(standby) - aheadMs(primary);
}
