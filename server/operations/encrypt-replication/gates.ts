import type { EncryptWay } from '#server/domain/assessment.ts';
import { RENEW_BEFORE_MS, TLS_FILES } from '#server/domain/pair-tls.ts';
import type { Text } from '#server/domain/plan.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { Gate } from '#server/engine/define-operation.ts';
import { ADOPT_GATES } from '../adopt-pair/observation.ts';
import { gateMaker, ok, type Verdict } from '../gate-maker.ts';
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
        'In a container that Compose made, Tandem takes them off: server page, Settings of the command line, or npx tandem server release-settings. Elsewhere take them out of what starts the server.',
        'In einem Container von Compose nimmt Tandem sie heraus: Serverseite, Einstellungen der Kommandozeile, oder npx tandem server release-settings. Sonst nehmen Sie sie dort heraus, wo der Server gestartet wird.',
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

const streamsHow = gate(
  'replication-encrypted',
  'primary',
  text('Replication now', 'Die Replikation jetzt'),
  (o, { slotName }) => {
    const ours = o.encryption.filter((each) => each.applicationName === slotName);
    const version = ours.find((each) => each.version !== null)?.version ?? null;
    return ok(
      version === null
        ? text('in clear text', 'unverschlüsselt')
        : text(`encrypted, ${version}`, `verschlüsselt, ${version}`),
    );
  },
);

/** The same for the page and the run; they show the state of the certificates too. */
export const ENCRYPT_GATES: readonly EncryptGate[] = [
  ...ADOPT_GATES,
  ...canEncrypt,
  ...mayBeSet,
  ...presents,
  streamsHow,
];
