import { bytesBetween, formatLsn, parseLsn } from '#server/domain/lsn.ts';
import type { Text } from '#server/domain/plan.ts';
import { bytesText, sameText, text } from '#server/domain/text.ts';
import type { ChangeObservation } from '../../change/look.ts';
import { blocking, gate, gateOnBoth, ok, type BothLooks, type SwitchGate, type Verdict } from './gate.ts';

function answers(pin: 'oldPrimary' | 'newPrimary'): SwitchGate {
  return gate(
    `${pin === 'oldPrimary' ? 'old' : 'new'}-answers`,
    pin,
    text('Server and PostgreSQL answer', 'Server und PostgreSQL antworten'),
    (o) => {
      const look = o[pin];
      if (look.state === 'running') return ok(sameText(`${look.host.roundTripMs} ms`));
      const fix =
        look.state === 'away'
          ? text('Mend the SSH connection first.', 'Stellen Sie zuerst die SSH-Verbindung her.')
          : text(
              'Start PostgreSQL there, or use the emergency failover.',
              'Starten Sie dort PostgreSQL, oder benutzen Sie den Notfall-Failover.',
            );
      return blocking(sameText(look.detail), fix);
    },
  );
}

const roles = gateOnBoth(
  'roles-as-recorded',
  null,
  text('Roles are as recorded', 'Die Rollen sind wie vermerkt'),
  ({ old, next, o }) => {
    if (!old.status.inRecovery && next.status.inRecovery)
      return ok(text(`${o.names.oldPrimary} writes`, `${o.names.oldPrimary} nimmt Schreibzugriffe an`));
    return blocking(
      text(
        `in recovery: ${o.names.oldPrimary} ${old.status.inRecovery}, ${o.names.newPrimary} ${next.status.inRecovery}`,
        `im Wiederherstellungsmodus: ${o.names.oldPrimary} ${old.status.inRecovery ? 'ja' : 'nein'}, ${o.names.newPrimary} ${next.status.inRecovery ? 'ja' : 'nein'}`,
      ),
      text(
        'Look at the pair: somebody changed the roles by hand.',
        'Sehen Sie sich das Serverpaar an: Jemand hat die Rollen von Hand geändert.',
      ),
    );
  },
);

const sameSystem = gateOnBoth(
  'same-system',
  null,
  text('Same database system and timeline', 'Gleiches Datenbanksystem, gleiche Zeitlinie'),
  ({ old, next, input }) => {
    const ids = [old.status.systemIdentifier, next.status.systemIdentifier];
    if (ids.some((id) => id !== input.systemIdentifier))
      return blocking(
        sameText(ids.join(' / ')),
        text('These are not the servers of this pair.', 'Das sind nicht die Server dieses Paars.'),
      );
    if (old.position.timeline !== next.position.timeline)
      return blocking(
        text(
          `timelines ${old.position.timeline} and ${next.position.timeline}`,
          `Zeitlinien ${old.position.timeline} und ${next.position.timeline}`,
        ),
        text('Rejoin the standby first.', 'Gliedern Sie zuerst den Standby-Server wieder ein.'),
      );
    return ok(text(`timeline ${old.position.timeline}`, `Zeitlinie ${old.position.timeline}`));
  },
);

const streaming = gateOnBoth(
  'streaming',
  'newPrimary',
  text('The standby streams', 'Der Standby-Server repliziert per Streaming'),
  ({ old, next, input }) => {
    const ours = old.senders.find((s) => s.applicationName === input.slotName);
    if (ours?.state === 'streaming' && next.position.receiver === 'streaming')
      return ok(text(`streaming, ${ours.syncState}`, `Streaming, ${ours.syncState}`));
    return blocking(
      text(
        `walsender ${ours?.state ?? 'absent'}, receiver ${next.position.receiver ?? 'absent'}`,
        `Walsender ${ours?.state ?? 'fehlt'}, Empfänger ${next.position.receiver ?? 'fehlt'}`,
      ),
      text(
        'Mend replication first: the page of the pair names the cause.',
        'Reparieren Sie zuerst die Replikation: Die Seite des Paars nennt die Ursache.',
      ),
    );
  },
);

/** Both positions lie milliseconds apart, so the distance is an upper bound within what was written between. */
function distances({ old, next }: BothLooks): { notReceived: number; notReplayed: number } {
  const received = next.position.receivedLsn ?? next.position.lsn;
  return {
    notReceived: Math.max(0, bytesBetween(received, old.position.lsn)),
    notReplayed: Math.max(0, bytesBetween(next.position.lsn, received)),
  };
}

function backlog(code: string, title: Text, pick: (b: BothLooks) => [number, number], fix: Text): SwitchGate {
  return gateOnBoth(code, 'newPrimary', title, (b): Verdict => {
    const [bytes, limit] = pick(b);
    const [have, most] = [bytesText(bytes), bytesText(limit)];
    const detail = text(`${have.en} to go, at most ${most.en}`, `noch ${have.de}, höchstens ${most.de}`);
    return bytes <= limit ? ok(detail) : blocking(detail, fix);
  });
}

const receivedAlmostAll = backlog(
  'not-received',
  text('Received almost everything', 'Fast alles empfangen'),
  (b) => [distances(b).notReceived, b.input.maxNotReceivedBytes],
  text(
    'Wait until it has caught up, or look at the network.',
    'Warten Sie, bis er aufgeholt hat, oder sehen Sie sich das Netzwerk an.',
  ),
);

const replayedAlmostAll = backlog(
  'not-replayed',
  text('Replay backlog is small', 'Kleiner Einspielrückstand'),
  (b) => [distances(b).notReplayed, b.input.maxNotReplayedBytes],
  text(
    'Wait until it has caught up: the outage would last as long as the replay.',
    'Warten Sie, bis er aufgeholt hat: Die Unterbrechung würde so lange dauern wie das Einspielen.',
  ),
);

const replayRuns = gateOnBoth(
  'replay-runs',
  'newPrimary',
  text('Replay is neither paused nor delayed', 'Das Einspielen ist weder angehalten noch verzögert'),
  ({ next }) => {
    if (next.activity.replayPaused)
      return blocking(
        text('replay is paused', 'das Einspielen ist angehalten'),
        text(
          'Resume replay on the page of the pair, and wait until it has caught up.',
          'Setzen Sie das Einspielen auf der Seite des Serverpaars fort und warten Sie, bis er aufgeholt hat.',
        ),
      );
    if (next.activity.applyDelayMs > 0)
      return blocking(
        sameText(`recovery_min_apply_delay = ${next.activity.applyDelayMs} ms`),
        text(
          'A delayed standby is kept back on purpose: set the delay to 0 first.',
          'Ein verzögerter Standby-Server ist Absicht: Setzen Sie die Verzögerung zuerst auf 0.',
        ),
      );
    return ok(sameText(formatLsn(next.position.lsn)));
  },
);

const noOtherOperation = gate(
  'no-other-operation',
  null,
  text('No other operation runs', 'Kein anderer Vorgang läuft'),
  (o: ChangeObservation) =>
    o.otherOperation === null
      ? ok(text('none', 'keiner'))
      : blocking(sameText(o.otherOperation), text('Wait for it to end.', 'Warten Sie auf sein Ende.')),
);

const slotsFree = gateOnBoth(
  'slots-free',
  'newPrimary',
  text('A slot is free on the new primary', 'Auf dem neuen Primärserver ist ein Slot frei'),
  ({ next, input }) => {
    const most = Number(next.settings.get('max_replication_slots')?.setting ?? '0');
    const own = next.slots.find((s) => s.name === input.slotName);
    const detail = text(`${next.slots.length} of ${most} used`, `${next.slots.length} von ${most} belegt`);
    if (own?.walStatus === 'lost')
      return blocking(
        detail,
        text(
          `The slot ${input.slotName} there is lost: drop it.`,
          `Der Slot ${input.slotName} ist dort verloren: Entfernen Sie ihn.`,
        ),
      );
    if (own !== undefined || next.slots.length < most) return ok(detail);
    return blocking(
      detail,
      text(
        'Drop an unused slot, or raise max_replication_slots.',
        'Entfernen Sie einen ungenutzten Slot, oder erhöhen Sie max_replication_slots.',
      ),
    );
  },
);

const slotIsReserved = gateOnBoth(
  'slot-reserved',
  'oldPrimary',
  text(
    'The slot keeps the WAL that the standby needs',
    'Der Slot hält das WAL vor, das der Standby-Server braucht',
  ),
  ({ old, input }) => {
    const slot = old.slots.find((s) => s.name === input.slotName);
    const position = parseLsn(slot?.restartLsn ?? '');
    if (slot?.active === true && position !== null)
      return ok(sameText(`${slot.walStatus ?? ''} ${slot.restartLsn ?? ''}`));
    return {
      state: 'warning',
      detail: text(
        `the slot ${input.slotName} is not in use`,
        `der Slot ${input.slotName} ist nicht in Gebrauch`,
      ),
      fix: text(
        'Replication runs without a slot: WAL may be removed before the standby has it.',
        'Die Replikation läuft ohne Slot: WAL kann entfernt werden, bevor der Standby-Server es hat.',
      ),
    };
  },
);

export const STATE_GATES: readonly SwitchGate[] = [
  answers('oldPrimary'),
  answers('newPrimary'),
  roles,
  sameSystem,
  streaming,
  receivedAlmostAll,
  replayedAlmostAll,
  replayRuns,
  slotsFree,
  slotIsReserved,
  noOtherOperation,
];
