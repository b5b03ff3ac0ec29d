import { sameText, text } from '#server/domain/text.ts';
import { ok } from '../../gate-maker.ts';
import { gate } from './gate.ts';

export const standbyReachesPrimary = gate(
  'standby-reaches-primary',
  'standby',
  text('The standby reaches the primary', 'Der Standby-Server erreicht den Primärserver'),
  (o) => {
    const where = `${o.subject.primary.address}:${o.subject.primary.location.port}`;
    const failure = o.standby.reachesPrimary;
    if (failure === null) return ok(sameText(where));
    const listen = o.primary.settings.get('listen_addresses')?.setting ?? '';
    const onlyLocal = listen === 'localhost' || listen === '127.0.0.1' || listen === '';
    if (onlyLocal && /refused/i.test(failure)) {
      return {
        state: 'warning',
        detail: text(
          `${where}: listens only locally (${listen}); the plan changes that`,
          `${where}: lauscht nur lokal (${listen}); der Plan ändert das`,
        ),
      };
    }
    return {
      state: 'blocking',
      detail: sameText(`${where}: ${failure}`),
      fix: text(
        `Open TCP port ${o.subject.primary.location.port} on ${o.subject.primary.serverName} for ${o.subject.standby.serverName}.`,
        `Öffnen Sie den TCP-Port ${o.subject.primary.location.port} auf ${o.subject.primary.serverName} für ${o.subject.standby.serverName}.`,
      ),
    };
  },
);

export const primaryReachesStandby = gate(
  'primary-reaches-standby',
  'primary',
  text(
    'The primary reaches the standby (for the way back)',
    'Der Primärserver erreicht den Standby-Server (für den Rückweg)',
  ),
  (o) => {
    const where = `${o.subject.standby.address}:${o.subject.standby.location.port}`;
    if (o.primaryReachesStandby === null) return ok(sameText(where));
    return {
      state: 'blocking',
      detail: sameText(`${where}: ${o.primaryReachesStandby}`),
      fix: text(
        `Open TCP port ${o.subject.standby.location.port} on ${o.subject.standby.serverName} for ${o.subject.primary.serverName}.`,
        `Öffnen Sie den TCP-Port ${o.subject.standby.location.port} auf ${o.subject.standby.serverName} für ${o.subject.primary.serverName}.`,
      ),
    };
  },
);

export const portIsFree = gate(
  'port-is-free',
  'standby',
  text('The port is free', 'Der Port ist frei'),
  (o) => {
    const port = o.subject.standby.location.port;
    if (!o.standby.portInUse) return ok(sameText(String(port)));
    return {
      state: 'blocking',
      detail: text(`${port} is in use`, `${port} ist belegt`),
      fix: text(
        'Choose another port, or stop what uses it.',
        'Wählen Sie einen anderen Port, oder beenden Sie, was ihn belegt.',
      ),
    };
  },
);
