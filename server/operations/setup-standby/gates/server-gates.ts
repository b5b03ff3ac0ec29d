import { sameText, text } from '#server/domain/text.ts';
import { ok } from '../../gate-maker.ts';
import { gate } from './gate.ts';

const majorOf = (versionNum: number): number => Math.floor(versionNum / 10_000);

export const primaryIsWritable = gate(
  'primary-is-writable',
  'primary',
  text('The primary accepts writes', 'Der Primärserver nimmt Schreibzugriffe an'),
  (o) =>
    o.primary.status.inRecovery
      ? {
          state: 'blocking',
          detail: text('it is a standby itself', 'er ist selbst ein Standby-Server'),
          fix: text('Choose the server that it follows.', 'Wählen Sie den Server, dem er folgt.'),
        }
      : ok(sameText(`timeline ${o.primary.status.timeline}`)),
);

export const sameArchitecture = gate(
  'same-architecture',
  null,
  text('Same processor architecture', 'Gleiche Prozessorarchitektur'),
  (o) => {
    const [a, b] = [o.primary.host.architecture, o.standby.host.architecture];
    if (a === b) return ok(sameText(a));
    return {
      state: 'blocking',
      detail: sameText(`${a} / ${b}`),
      fix: text(
        'Physical replication needs the same architecture: choose another server.',
        'Physische Replikation braucht die gleiche Architektur: Wählen Sie einen anderen Server.',
      ),
    };
  },
);

export const sameMajor = gate(
  'same-major',
  'standby',
  text('Same PostgreSQL major version installed', 'Gleiche PostgreSQL-Hauptversion installiert'),
  (o) => {
    const wanted = majorOf(o.primary.status.serverVersionNum);
    if (o.standby.toolMajor === wanted) return ok(sameText(`PostgreSQL ${wanted}`));
    return {
      state: 'blocking',
      detail: text(
        `PostgreSQL ${wanted} is needed, found ${o.standby.toolMajor ?? 'none'}`,
        `PostgreSQL ${wanted} wird gebraucht, gefunden: ${o.standby.toolMajor ?? 'keine'}`,
      ),
      fix: text(
        `Install it: apt-get install postgresql-${wanted}`,
        `Installieren Sie es: apt-get install postgresql-${wanted}`,
      ),
    };
  },
);

const CLOCK_WARN_MS = 2_000;
export const clocksAgree = gate(
  'clocks-agree',
  null,
  text('Clocks agree', 'Die Uhren stimmen überein'),
  (o) => {
    const skew = Math.abs(o.primary.host.clockOffsetMs - o.standby.host.clockOffsetMs);
    const detail = text(
      `${Math.round(skew)} ms apart, limit ${CLOCK_WARN_MS} ms`,
      `${Math.round(skew)} ms Unterschied, Grenze ${CLOCK_WARN_MS} ms`,
    );
    if (skew <= CLOCK_WARN_MS) return ok(detail);
    return {
      state: 'warning',
      detail,
      fix: text(
        'Start a time service (systemd-timesyncd, chrony) on both.',
        'Starten Sie auf beiden einen Zeitdienst (systemd-timesyncd, chrony).',
      ),
    };
  },
);
