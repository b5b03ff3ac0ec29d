import { hbaLine, type HbaVerdict } from '#server/domain/hba-rules.ts';
import type { Text } from '#server/domain/plan.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { HbaFinding, WayObservation } from './observe-way.ts';
import { unknown, type Verdict } from './verdict.ts';

/** The line that decides, for each account. */
export function hbaRows({ hba, dial }: WayObservation, server: string): [string, Text, Verdict | null][] {
  if ('unknown' in hba) return [['network-hba', sameText('pg_hba.conf'), unknown(hba.unknown)]];
  const tls = 'result' in dial && dial.result === 'open' && dial.tls === true;
  return hba.map((finding) => {
    const database = finding.database ?? 'replication';
    const code = finding.database === null ? 'network-hba-replication' : 'network-hba-rewind';
    return [code, sameText(`pg_hba.conf, ${database}, ${finding.user}`), judgeHba(finding, tls, server)];
  });
}

/** What set-up puts first has no line yet; what decides until then is told beside it. */
const PLANNED_LINE = 0;

/** libpq tries TLS first where it is offered, then without: either way in is a way in. */
function judgeHba({ encrypted, plain, today }: HbaFinding, tls: boolean, server: string): Verdict {
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
  if (decides.kind === 'rule' && decides.rule.line === PLANNED_LINE) return planned(decides, today);
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

function planned({ rule }: Extract<HbaVerdict, { kind: 'rule' }>, today: HbaVerdict | null): Verdict {
  const now = todayText(today);
  return {
    state: 'ok',
    detail: text(
      `the plan puts first: ${hbaLine(rule)}; ${now.en}`,
      `der Plan setzt an den Anfang: ${hbaLine(rule)}; ${now.de}`,
    ),
  };
}

function todayText(today: HbaVerdict | null): Text {
  if (today === null || today.kind === 'no-rule')
    return text('today no line matches', 'heute passt keine Zeile');
  const line = `${today.rule.line} (${hbaLine(today.rule)})`;
  if (today.kind === 'rule' && !today.admits)
    return text(`today line ${line} rejects`, `heute weist Zeile ${line} ab`);
  return text(`today line ${line} comes first`, `heute kommt Zeile ${line} zuerst`);
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
