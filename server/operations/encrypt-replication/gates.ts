import type { EncryptWay } from '#server/domain/assessment.ts';
import { RENEW_BEFORE_MS, TLS_FILES } from '#server/domain/pair-tls.ts';
import type { Text } from '#server/domain/plan.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import { ADOPT_GATES } from '../adopt-pair/observation.ts';
import { gateMaker, type Verdict } from '../gate-maker.ts';
import type { EncryptInput, Side } from './input.ts';
import { TLS_SETTINGS, type EncryptObservation, type NodeTls } from './look.ts';

type EncryptGate = Gate<EncryptObservation, EncryptInput>;

const gate = gateMaker<EncryptObservation, EncryptInput, Side>((on, { names }) => names[on]);

const onBoth = (
  code: string,
  title: Text,
  judge: (tls: NodeTls, o: EncryptObservation, input: EncryptInput) => Verdict,
): EncryptGate[] =>
  (['primary', 'standby'] as const satisfies readonly Side[]).map((side) =>
    gate(`${code}-${side}`, side, title, (o, input) => judge(o.tls[side], o, input)),
  );

const canEncrypt = onBoth(
  'can-encrypt',
  text('PostgreSQL was built with OpenSSL', 'PostgreSQL ist mit OpenSSL gebaut'),
  ({ settings }) => {
    const library = settings.get('ssl_library')?.setting ?? '';
    return library === ''
      ? { state: 'blocking', detail: text('it was built without TLS', 'es ist ohne TLS gebaut') }
      : { state: 'ok', detail: sameText(library) };
  },
);

const mayBeSet = onBoth(
  'may-be-set',
  text('Its TLS settings can be changed', 'Die TLS-Einstellungen sind änderbar'),
  ({ settings }) => {
    const fixed = TLS_SETTINGS.filter((name) => settings.get(name)?.source === 'command line');
    if (fixed.length === 0) return { state: 'ok', detail: text('by ALTER SYSTEM', 'mit ALTER SYSTEM') };
    return {
      state: 'blocking',
      detail: text(`on the command line: ${fixed.join(', ')}`, `auf der Kommandozeile: ${fixed.join(', ')}`),
      fix: text(
        'Take them off the command line of the server or its container first.',
        'Nehmen Sie sie zuerst von der Kommandozeile des Servers oder seines Containers.',
      ),
    };
  },
);

const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

const REPLACED: Readonly<Record<EncryptWay, Text>> = {
  'pair-authority': text(
    'It is replaced by one of the pair’s own authority. Clients that verify it need tandem-ca.crt then.',
    'Es wird durch eines der eigenen Zertifizierungsstelle ersetzt. Clients, die es prüfen, brauchen dann tandem-ca.crt.',
  ),
  'own-certificates': text(
    'It is replaced by the one that you give. Clients that verify it need the authority of that one then.',
    'Es wird durch das ersetzt, das Sie angeben. Clients, die es prüfen, brauchen dann dessen Zertifizierungsstelle.',
  ),
};

const presents = onBoth(
  'certificate',
  text('The certificate that it presents now', 'Das Zertifikat, das er jetzt vorzeigt'),
  ({ settings, certificate }, o, { way }) => {
    if (settings.get('ssl')?.setting !== 'on')
      return { state: 'ok', detail: text('none: ssl is off', 'keines: ssl ist aus') };
    const file = settings.get('ssl_cert_file')?.setting ?? '';
    const said =
      certificate === null
        ? file
        : `${file}: ${certificate.subject}, issuer ${certificate.issuer}, until ${day(certificate.notAfterMs)}`;
    const detail = sameText(said.replaceAll('\n', ' '));
    if (file !== TLS_FILES.certificate)
      return {
        state: 'warning',
        detail,
        fix: REPLACED[way],
      };
    const soon = certificate !== null && certificate.notAfterMs - o.takenAtMs < RENEW_BEFORE_MS;
    return soon
      ? { state: 'warning', detail, fix: text('It ends soon: renew it.', 'Es endet bald: Erneuern Sie es.') }
      : { state: 'ok', detail };
  },
);

const streamsHow: EncryptGate = (o, input) => {
  const ours = o.encryption.filter((each) => each.applicationName === input.slotName);
  const version = ours.find((each) => each.version !== null)?.version ?? null;
  return {
    code: 'replication-encrypted',
    server: o.names.primary,
    title: text('Replication now', 'Die Replikation jetzt'),
    state: 'ok',
    detail:
      version === null
        ? text('in clear text', 'unverschlüsselt')
        : text(`encrypted, ${version}`, `verschlüsselt, ${version}`),
    fix: null,
    measuredAtMs: o.takenAtMs,
  };
};

/** The same for the page and the run; they show the state of the certificates too. */
export const ENCRYPT_GATES: readonly EncryptGate[] = [
  ...ADOPT_GATES,
  ...canEncrypt,
  ...mayBeSet,
  ...presents,
  streamsHow,
];
