import { hbaLine, type HbaVerdict } from '#server/domain/hba-rules.ts';
import type { GateResult, Text } from '#server/domain/plan.ts';
import { bytesText, sameText, text } from '#server/domain/text.ts';
import type { ExamineNetworkInput } from './input.ts';
import type { HbaFinding, WayObservation } from './observe-way.ts';

type Verdict = Pick<GateResult, 'state' | 'detail'> & { fix?: Text };

/** A commit of a synchronous pair waits at least this long. */
const SLOW_COMMIT_MS = 20;
const SLOW_MS = 150;
/** WAL comes in bursts: twice the peak leaves room to catch up. */
const ROOM = 2;

const unknown = (what: string): Verdict => ({ state: 'unknown', detail: sameText(what) });

/** What was seen of one way, row by row, in the order in which a person would look. */
export function judgeWay(
  seen: WayObservation,
  input: ExamineNetworkInput,
  measuredAtMs: number,
): GateResult[] {
  const [from, to] = [input[seen.from], input[seen.to]];
  const rows: [string, Text, Verdict | null][] = [
    ['network-route', text('Route', 'Route'), judgeRoute(seen)],
    ['network-port', text('Port', 'Port'), judgePort(seen, to)],
    ['network-firewall', text('Firewall', 'Firewall'), judgeFirewall(seen, to)],
    ['network-tls', text('TLS', 'TLS'), judgeTls(seen)],
    ...hbaRows(seen, to.serverName),
    ['network-login', text('Replication login', 'Anmeldung zur Replikation'), judgeLogin(seen)],
    ['network-round-trip', text('Round trip', 'Umlaufzeit'), judgeRoundTrip(seen, input.synchronous)],
    ['network-bandwidth', text('Bandwidth', 'Bandbreite'), judgeBandwidth(seen, input)],
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

function judgeRoute({ source, dial }: WayObservation): Verdict {
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
  return { state: 'ok', detail: text(`from ${source}`, `von ${source}`) };
}

function judgePort({ dial }: WayObservation, to: ExamineNetworkInput['primary']): Verdict | null {
  const where = `${to.address}:${to.location.port}`;
  if ('unknown' in dial) return unknown(dial.unknown);
  switch (dial.result) {
    case 'open':
      return { state: 'ok', detail: text(`${where} is open`, `${where} ist offen`) };
    case 'refused':
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
        fix: text(
          `Open TCP port ${to.location.port} of ${to.serverName} for the other server, on it and on what lies between.`,
          `Öffnen Sie den TCP-Port ${to.location.port} von ${to.serverName} für den anderen Server, auf ihm und auf allem dazwischen.`,
        ),
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

function judgeFirewall({ blockedBy }: WayObservation, to: ExamineNetworkInput['primary']): Verdict | null {
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

function hbaRows({ hba, dial }: WayObservation, server: string): [string, Text, Verdict | null][] {
  if ('unknown' in hba) return [['network-hba', sameText('pg_hba.conf'), unknown(hba.unknown)]];
  const tls = 'result' in dial && dial.result === 'open' && dial.tls === true;
  return hba.map((finding) => {
    const database = finding.database ?? 'replication';
    const code = finding.database === null ? 'network-hba-replication' : 'network-hba-rewind';
    return [code, sameText(`pg_hba.conf, ${database}, ${finding.user}`), judgeHba(finding, tls, server)];
  });
}

/** libpq tries TLS first where it is offered, then without: either way in is a way in. */
function judgeHba({ encrypted, plain }: HbaFinding, tls: boolean, server: string): Verdict {
  const first = tls ? encrypted : plain;
  const verdicts = tls ? [encrypted, plain] : [plain];
  const letsIn = verdicts.find((verdict) => verdict.kind === 'rule' && verdict.admits);
  const decides = letsIn ?? verdicts.find((verdict) => verdict.kind === 'depends') ?? first;
  if (decides.kind === 'depends')
    return {
      state: 'unknown',
      detail: text(
        `line ${decides.rule.line} comes first and hangs on ${DEPENDS[decides.on].en}: ${hbaLine(decides.rule)}`,
        `Zeile ${decides.rule.line} kommt zuerst und hängt von ${DEPENDS[decides.on].de} ab: ${hbaLine(decides.rule)}`,
      ),
    };
  if (decides.kind === 'rule' && decides.admits) return admitted(decides, !tls || decides === encrypted);
  const fix = text(
    `Add a rule for exactly this address to pg_hba.conf of ${server}, above the line that decides now, and reload.`,
    `Ergänzen Sie in pg_hba.conf von ${server} eine Regel für genau diese Adresse oberhalb der Zeile, die jetzt entscheidet, und laden Sie neu.`,
  );
  if (decides.kind === 'no-rule')
    return { state: 'blocking', detail: text('no line matches', 'keine Zeile passt'), fix };
  const line = hbaLine(decides.rule);
  return {
    state: 'blocking',
    detail: text(
      `line ${decides.rule.line} rejects: ${line}`,
      `Zeile ${decides.rule.line} weist ab: ${line}`,
    ),
    fix,
  };
}

const DEPENDS = {
  'host-name': text('DNS', 'DNS'),
  'own-networks': text('the networks of the container', 'den Netzen des Containers'),
  'regular-expression': text('a regular expression', 'einem regulären Ausdruck'),
} as const;

function admitted({ rule }: Extract<HbaVerdict, { kind: 'rule' }>, best: boolean): Verdict {
  const line = hbaLine(rule);
  const detail = text(`line ${rule.line} decides: ${line}`, `Zeile ${rule.line} entscheidet: ${line}`);
  if (rule.method === 'trust')
    return {
      state: 'warning',
      detail,
      fix: text(
        'It asks for no password: take scram-sha-256.',
        'Sie verlangt kein Passwort: Nehmen Sie scram-sha-256.',
      ),
    };
  if (best) return { state: 'ok', detail };
  return {
    state: 'warning',
    detail,
    fix: text('It lets in without TLS only.', 'Sie lässt nur ohne TLS ein.'),
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

/** Against the WAL that the primary wrote: only towards the primary does WAL have to come. */
function judgeBandwidth({ bandwidth, to }: WayObservation, { wal }: ExamineNetworkInput): Verdict | null {
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
  const [average, peak] = [bytesText(wal.average), bytesText(wal.peak)];
  const detail = text(
    `${measured.en}; WAL of the last hour: ${average.en}/s, at most ${peak.en}/s`,
    `${measured.de}; WAL der letzten Stunde: ${average.de}/s, höchstens ${peak.de}/s`,
  );
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
