import { ENCRYPT_WAYS, type EncryptWay, type WayOption } from '#server/domain/assessment.ts';
import { detachedAt } from '#server/domain/detachment.ts';
import type { PairTls } from '#server/domain/pair-tls.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import type { ChangePair, StoredAssessment } from '#server/ports/change-store.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { assessed } from '../change/assessed.ts';
import { ANOTHER_WORKS, NOT_PREPARED, refused } from '../change/blank-assessment.ts';
import { sideOf } from '../change/side-of.ts';
import type { PairWorld } from '../pair-world.ts';
import { encryptReplication } from './encrypt-replication.ts';
import { ENCRYPT_GATES } from './gates.ts';
import type { EncryptInput } from './input.ts';
import { observeEncryption } from './look.ts';
import type { EncryptWorld } from './world.ts';

const LOOK_MS = 10_000;

/** Looks at the certificates of both nodes, and plans encrypted replication or new certificates. */
export async function assessEncrypt(o: {
  world: PairWorld;
  pair: ChangePair;
  /** Whose certificates; null = as they are, or the proposal. */
  way: string | null;
  ids: Ids;
  signal: AbortSignal;
}): Promise<StoredAssessment> {
  const { world, pair, ids } = o;
  const wait: Wait = { signal: o.signal, timeoutMs: LOOK_MS };
  const frame = { ids, pair, kind: 'encrypt' as const, oldPrimary: pair.primary, newPrimary: pair.standby };
  const refusal = refusalOf(pair);
  const { slotName, replicationRole, rewindRole } = pair;
  if (refusal !== null || slotName === null || replicationRole === null || rewindRole === null)
    return refused({ ...frame, takenAtMs: world.clock.nowMs() }, refusal ?? NOT_PREPARED);
  const observation = await observeEncryption(world, wait);
  const { takenAtMs } = observation;
  const input: EncryptInput = {
    pairId: pair.pairId,
    pairName: pair.name,
    epoch: pair.epoch,
    ...{ slotName, replicationRole, rewindRole },
    renewal: pair.tls !== null,
    way: wayOf(o.way, pair),
    primary: { ...sideOf(pair.primary), hbaFile: observation.primary.hbaFile },
    standby: { ...sideOf(pair.standby), hbaFile: observation.standby.hbaFile },
    material: null,
  };
  const gates = ENCRYPT_GATES.flatMap((gate) => gate(observation, input));
  // What a plan explains needs neither secrets nor the record.
  const plannable: EncryptWorld = {
    ...world,
    secretExists: () => Promise.resolve(false),
    forgetSecret: () => Promise.resolve(),
  };
  return assessed(
    { ...frame, takenAtMs },
    { operation: encryptReplication, world: plannable, input, gates },
    { ways: WAYS, chosenWay: input.way, warnings: meaningOf(pair, input.way) },
  );
}

const option = (way: EncryptWay, reason: Text): WayOption => ({
  way,
  reason,
  feasible: true,
  bytes: null,
  expectedMs: null,
});
const WAYS: WayOption[] = [
  option(
    'pair-authority',
    text(
      'Tandem makes a small authority for this pair alone and renews its certificates from it. Nothing has to be asked for.',
      'Tandem erzeugt eine kleine Zertifizierungsstelle nur für dieses Serverpaar und erneuert die Zertifikate mit ihr. Nichts muss beantragt werden.',
    ),
  ),
  option(
    'own-certificates',
    text(
      'You give a certificate and its key for each server, and your authority. New ones, before they end, are yours to give.',
      'Sie geben für jeden Server ein Zertifikat mit Schlüssel an, dazu Ihre Zertifizierungsstelle. Neue geben Sie an, bevor sie ablaufen.',
    ),
  ),
];

/** A pair that has certificates keeps their kind unless another one is chosen. */
function wayOf(wanted: string | null, { tls }: ChangePair): EncryptWay {
  const present = tls !== null && tls.caSecretId === null ? 'own-certificates' : 'pair-authority';
  return ENCRYPT_WAYS.find((each) => each === wanted) ?? present;
}

function refusalOf(pair: ChangePair): Text | null {
  if (pair.detached !== null)
    return text(
      `${pair.standby.serverName} was detached on ${detachedAt(pair.detached)}: attach it again first.`,
      `${pair.standby.serverName} wurde am ${detachedAt(pair.detached)} abgehängt: Hängen Sie ihn zuerst wieder an.`,
    );
  if (pair.mustRejoinInstanceId !== null)
    return text(
      'The old primary has not come back yet: rejoin it first.',
      'Der alte Primärserver ist noch nicht zurück: Gliedern Sie ihn zuerst wieder ein.',
    );
  if (pair.runningOperationId !== null) return ANOTHER_WORKS;
  return null;
}

const APPLICATIONS = text(
  'Applications may connect as before, with or without TLS.',
  'Anwendungen dürfen sich wie bisher verbinden, mit oder ohne TLS.',
);

function meaningOf({ tls }: ChangePair, way: EncryptWay): Text[] {
  const always = tls === null ? [APPLICATIONS] : [];
  if (way === 'own-certificates') return [...ownMeaning(tls), ...always];
  const validity = text(
    'The certificates are valid for a year; from 30 days before their end the page of the pair asks for new ones.',
    'Die Zertifikate gelten ein Jahr; ab 30 Tagen vor ihrem Ende fragt die Seite des Serverpaars nach neuen.',
  );
  if (tls !== null && tls.caSecretId !== null) return [validity];
  return [
    text(
      'An authority for this pair alone is made. Its key stays encrypted with Tandem, the key of each server on that server.',
      'Eine Zertifizierungsstelle nur für dieses Serverpaar wird erzeugt. Ihr Schlüssel bleibt verschlüsselt bei Tandem, der Schlüssel jedes Servers auf diesem Server.',
    ),
    validity,
    ...always,
  ];
}

function ownMeaning(tls: PairTls | null): Text[] {
  const meaning = [
    text(
      'The key of each server stays with Tandem, encrypted, until it lies on that server, and is forgotten then.',
      'Der Schlüssel jedes Servers bleibt verschlüsselt bei Tandem, bis er auf diesem Server liegt, und wird dann vergessen.',
    ),
    text(
      'From 30 days before the first certificate ends, the page of the pair asks for new ones. Tandem cannot make them: you give them here, in the same way.',
      'Ab 30 Tagen vor dem Ende des ersten Zertifikats fragt die Seite des Serverpaars nach neuen. Tandem kann sie nicht ausstellen: Sie geben sie hier auf dieselbe Weise an.',
    ),
  ];
  if (tls === null || tls.caSecretId === null) return meaning;
  return [
    ...meaning,
    text(
      'The authority that Tandem made for this pair ends with it: its key is forgotten.',
      'Die Zertifizierungsstelle, die Tandem für dieses Serverpaar erzeugt hat, endet damit: Ihr Schlüssel wird vergessen.',
    ),
  ];
}
