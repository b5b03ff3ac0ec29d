import type { GateResult, Text } from '#server/domain/plan.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { Examined } from './examined.ts';
import { judgeBackup, judgeBandwidth } from './judge-bandwidth.ts';
import { hbaRows } from './judge-hba.ts';
import { judgeFirewall, judgePort } from './judge-port.ts';
import type { WayObservation } from './observe-way.ts';
import { unknown, type Verdict } from './verdict.ts';

/** A commit of a synchronous pair waits at least this long. */
const SLOW_COMMIT_MS = 20;
const SLOW_MS = 150;

/** What was seen of one way, row by row, in the order in which a person would look. */
export function judgeWay(seen: WayObservation, input: Examined, measuredAtMs: number): GateResult[] {
  const [from, to] = [input[seen.from], input[seen.to]];
  const rows: [string, Text, Verdict | null][] = [
    ['network-route', text('Route', 'Route'), judgeRoute(seen)],
    ['network-port', text('Port', 'Port'), judgePort(seen, to, input)],
    ['network-firewall', text('Firewall', 'Firewall'), judgeFirewall(seen, to)],
    ['network-tls', text('TLS', 'TLS'), judgeTls(seen)],
    ...hbaRows(seen, to.serverName),
    ['network-login', text('Replication login', 'Anmeldung zur Replikation'), judgeLogin(seen)],
    ['network-round-trip', text('Round trip', 'Umlaufzeit'), judgeRoundTrip(seen, input.synchronous)],
    ['network-bandwidth', text('Bandwidth', 'Bandbreite'), judgeBandwidth(seen, input)],
    ['network-backup', text('Base backup', 'Basissicherung'), judgeBackup(seen, input)],
  ];
  const way = `${from.serverName} → ${to.serverName}`;
  return rows.flatMap(([code, what, verdict]) =>
    verdict === null
      ? []
      : [
          {
            code,
            server: from.serverName,
            title: text(`${way}: ${what.en}`, `${way}: ${what.de}`),
            measuredAtMs,
            fix: null,
            ...verdict,
          },
        ],
  );
}

function judgeRoute({ source, dial, seenAs }: WayObservation): Verdict {
  if (source === null)
    return {
      state: 'blocking',
      detail: text('the kernel knows no route', 'der Kernel kennt keine Route'),
      fix: text('Set a route to that network.', 'Richten Sie eine Route in dieses Netz ein.'),
    };
  if (typeof source !== 'string') return unknown(source.unknown);
  if ('result' in dial && dial.result === 'no-route')
    return {
      state: 'blocking',
      detail: text(`no way from ${source}`, `kein Weg von ${source}`),
      fix: text(
        'The host is off, its address is another, or a firewall says that it is forbidden.',
        'Der Server ist aus, seine Adresse ist eine andere, oder eine Firewall meldet, dass es verboten ist.',
      ),
    };
  if (seenAs !== null && seenAs !== source)
    return {
      state: 'ok',
      detail: text(`from ${source}, seen as ${seenAs}`, `von ${source}, gesehen als ${seenAs}`),
    };
  return { state: 'ok', detail: text(`from ${source}`, `von ${source}`) };
}

function judgeTls({ dial }: WayObservation): Verdict | null {
  if (!('result' in dial) || dial.result !== 'open') return null;
  if (dial.tls === null)
    return {
      state: 'blocking',
      detail: text('what listens there is no PostgreSQL', 'was dort lauscht, ist kein PostgreSQL'),
    };
  if (dial.tls) return { state: 'ok', detail: text('offered', 'angeboten') };
  return {
    state: 'warning',
    detail: text(
      'not offered: everything crosses the network in clear',
      'nicht angeboten: alles geht unverschlüsselt über das Netz',
    ),
    fix: text('Set ssl = on with a certificate.', 'Setzen Sie ssl = on mit einem Zertifikat.'),
  };
}

function judgeLogin({ login }: WayObservation): Verdict | null {
  if (login === null) return null;
  if ('unknown' in login) return unknown(login.unknown);
  switch (login.result) {
    case 'ok':
      return { state: 'ok', detail: text('tried, works', 'versucht, gelingt') };
    case 'no-hba-rule':
      return {
        state: 'blocking',
        detail: text(
          `refused: no rule for ${login.seenAddress}, as which the server sees it`,
          `abgelehnt: keine Regel für ${login.seenAddress}, als das der Server ihn sieht`,
        ),
      };
    case 'wrong-password':
      return {
        state: 'blocking',
        detail: text('the password is refused or missing', 'das Passwort wird abgelehnt oder fehlt'),
        fix: text(
          'Prepare the pair: Tandem lays passfiles on both servers.',
          'Bereiten Sie das Serverpaar vor: Tandem legt auf beiden Servern Passwortdateien ab.',
        ),
      };
    case 'unreachable':
    case 'error':
      return { state: 'blocking', detail: sameText(login.detail) };
  }
}

const msText = (ms: number): Text => {
  const figure = ms >= 10 ? ms.toFixed(0) : ms.toFixed(2);
  return text(`${figure} ms`, `${figure.replace('.', ',')} ms`);
};

function judgeRoundTrip({ dial }: WayObservation, synchronous: boolean): Verdict | null {
  if (!('result' in dial) || dial.result !== 'open') return null;
  const sorted = dial.connectMs.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const [figure, worst] = [msText(median), msText(sorted.at(-1) ?? 0)];
  const detail = text(
    `${figure.en} (worst of ${sorted.length}: ${worst.en})`,
    `${figure.de} (schlechteste von ${sorted.length}: ${worst.de})`,
  );
  if (synchronous && median > SLOW_COMMIT_MS)
    return {
      state: 'warning',
      detail,
      fix: text('Every commit waits at least that long.', 'Jeder Commit wartet mindestens so lange.'),
    };
  return { state: median > SLOW_MS ? 'warning' : 'ok', detail };
}
