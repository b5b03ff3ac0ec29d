import { text } from '#server/domain/text.ts';
import type { Examined, ExaminedNode } from './examined.ts';
import { letsThrough, type WayObservation } from './observe-way.ts';
import { unknown, type Verdict } from './verdict.ts';

/** Whether the target's port takes connections; a standby that is to come has nobody there yet. */
export function judgePort(seen: WayObservation, to: ExaminedNode, { planned }: Examined): Verdict | null {
  const { dial } = seen;
  const where = `${to.address}:${to.location.port}`;
  if ('unknown' in dial) return unknown(dial.unknown);
  switch (dial.result) {
    case 'open':
      return planned !== null && seen.to === 'standby'
        ? taken(where)
        : { state: 'ok', detail: text(`${where} is open`, `${where} ist offen`) };
    case 'refused':
      if (planned !== null && seen.to === 'standby') return judgeFree(seen, to, where);
      return {
        state: 'blocking',
        detail: text(`${where} refuses: nobody listens there`, `${where} lehnt ab: Dort lauscht niemand`),
        fix: text(
          `Look whether PostgreSQL runs on ${to.serverName} and whether listen_addresses and port name this address. A firewall that rejects looks the same.`,
          `Sehen Sie nach, ob PostgreSQL auf ${to.serverName} läuft und ob listen_addresses und port zu dieser Adresse passen. Eine Firewall, die abweist, sieht genauso aus.`,
        ),
      };
    case 'filtered':
      return {
        state: 'blocking',
        detail: text(
          `${where} does not answer: packets are dropped`,
          `${where} antwortet nicht: Pakete werden verworfen`,
        ),
        fix: openPort(to),
      };
    case 'no-route':
      return null;
    case 'unresolved':
      return {
        state: 'blocking',
        detail: text(`${to.address} is no name that it knows`, `${to.address} ist ihm kein bekannter Name`),
      };
    case 'untried':
      return unknown(dial.detail);
  }
}

const openPort = (to: ExaminedNode) =>
  text(
    `Open TCP port ${to.location.port} of ${to.serverName} for the other server, on it and on what lies between.`,
    `Öffnen Sie den TCP-Port ${to.location.port} von ${to.serverName} für den anderen Server, auf ihm und auf allem dazwischen.`,
  );

const taken = (where: string): Verdict => ({
  state: 'ok',
  detail: text(
    `${where} is open; something listens there already`,
    `${where} ist offen; dort lauscht schon etwas`,
  ),
});

/** Nobody listens where the standby will: only a listener of our own tells a free port from a firewall that rejects. */
function judgeFree({ stream }: WayObservation, to: ExaminedNode, where: string): Verdict {
  if (letsThrough(stream, to.location.port))
    return {
      state: 'ok',
      detail: text(
        `${where} lets through: tried with a listener for a moment`,
        `${where} lässt durch: mit einem Lauscher für einen Augenblick versucht`,
      ),
    };
  if (stream !== null && 'port' in stream && stream.port === to.location.port)
    return {
      state: 'blocking',
      detail: text(
        `${where} rejects although somebody listened: a firewall does that`,
        `${where} weist ab, obwohl jemand lauschte: Das tut eine Firewall`,
      ),
      fix: openPort(to),
    };
  return {
    state: 'unknown',
    detail: text(
      `${where} refuses, as a port does where nobody listens yet; a firewall that rejects looks the same`,
      `${where} lehnt ab, wie es ein Port tut, an dem noch niemand lauscht; eine Firewall, die abweist, sieht genauso aus`,
    ),
  };
}

/** The firewalls of the target; only asked for when the port is shut. */
export function judgeFirewall({ blockedBy }: WayObservation, to: ExaminedNode): Verdict | null {
  if (blockedBy === null) return null;
  if ('unknown' in blockedBy) return unknown(blockedBy.unknown);
  if (blockedBy.length === 0)
    return {
      state: 'ok',
      detail: text(
        `none on ${to.serverName} stands in the way; look at what lies between`,
        `keine auf ${to.serverName} steht im Weg; prüfen Sie, was dazwischen liegt`,
      ),
    };
  return {
    state: 'blocking',
    detail: text(
      `active on ${to.serverName} without a rule: ${blockedBy.map((b) => b.en).join(', ')}`,
      `aktiv auf ${to.serverName} ohne Regel: ${blockedBy.map((b) => b.de).join(', ')}`,
    ),
    fix: text(
      `Prepare ${to.serverName}: Tandem lays the rule for the other server alone.`,
      `Bereiten Sie ${to.serverName} vor: Tandem legt die Regel nur für den anderen Server an.`,
    ),
  };
}
