import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { PairTls } from '#server/domain/pair-tls.ts';
import { text } from '#server/domain/text.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { namesOf, SIDES, type EncryptInput, type Side } from '../input.ts';
import type { EncryptObservation } from '../look.ts';
import { materialOf, pathOn, type EncryptContext, type EncryptWorld } from '../world.ts';
import { copyOf } from './place-certificates.ts';

type Step = MutationStep<EncryptWorld, EncryptObservation, EncryptInput>;

function wanted(input: EncryptInput): PairTls {
  const { authority, notAfterMs } = materialOf(input);
  const { keySecretId: caSecretId, certificate: caCertificate } = authority;
  return { caSecretId, caCertificate, notAfterMs, names: namesOf(input) };
}

/** From here on every change of roles, every rewind and every backup of this pair verifies the other node. */
export const recordTls: Step = {
  kind: 'mutation',
  name: 'record-encryption',
  group: 'proves',
  server: () => null,
  explain: (c) =>
    text(
      `Record that ${c.input.pairName} replicates encrypted, and until when.`,
      `Vermerken, dass ${c.input.pairName} verschlüsselt repliziert, und bis wann.`,
    ),
  expectedMs: () => 20,
  needs: [],
  isDone: async (c) =>
    isDeepStrictEqual(await c.world.inventory.tls(c.input.pairId), wanted(c.input)) ? 'done' : 'not-done',
  remember: async (c) => {
    const before = await c.world.inventory.tls(c.input.pairId);
    return { before: before === null ? null : { ...before } };
  },
  do: (c) => c.world.inventory.setTls(c.input.pairId, wanted(c.input)),
  undo: {
    explain: () => text('Record what was.', 'Vermerken, was war.'),
    isDone: async (c, raw) =>
      isDeepStrictEqual(await c.world.inventory.tls(c.input.pairId), beforeOf(raw)) ? 'done' : 'not-done',
    do: (c, raw) => c.world.inventory.setTls(c.input.pairId, beforeOf(raw)),
  },
  timeouts: { doMs: 15_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};

const zBefore = z.object({
  before: z
    .object({
      caSecretId: z.string().nullable(),
      caCertificate: z.string(),
      notAfterMs: z.number(),
      names: z.record(z.string(), z.string()).default({}),
    })
    .nullable(),
});
const beforeOf = (raw: unknown): PairTls | null => zBefore.parse(raw).before;

async function copies(c: EncryptContext): Promise<[Side, string][]> {
  const all = SIDES.flatMap((side) =>
    (['authority', 'certificate', 'key'] as const).map((file): [Side, string] => [
      side,
      copyOf(pathOn(c.input, side, file)),
    ]),
  );
  const there = await Promise.all(
    all.map(async ([side, path]) => (await c.world[side].files.stat(path, c)) !== null),
  );
  return all.filter((_, i) => there[i] === true);
}

/** Of both servers, and of an authority of the pair that another one has replaced. */
function keysOf({ input, rememberedBy }: EncryptContext): string[] {
  const { authority, primary, standby } = materialOf(input);
  const raw = rememberedBy(recordTls.name);
  const replaced = raw === undefined ? null : (beforeOf(raw)?.caSecretId ?? null);
  const old = replaced === null || replaced === authority.keySecretId ? [] : [replaced];
  return [primary.keySecretId, standby.keySecretId, ...old];
}

/** A server's key lies on that server alone; that of the pair's authority stays here, for the next renewal. */
export const forgetKeys: Step = {
  kind: 'mutation',
  name: 'forget-keys',
  group: 'proves',
  server: () => null,
  explain: () =>
    text(
      'Forget the keys of both servers here, and remove the copies of older ones there.',
      'Die Schlüssel beider Server hier vergessen und dort die Kopien älterer entfernen.',
    ),
  expectedMs: () => 200,
  needs: [],
  isDone: async (c) => {
    const kept = await Promise.all(keysOf(c).map((id) => c.world.secretExists(id)));
    return kept.includes(true) || (await copies(c)).length > 0 ? 'not-done' : 'done';
  },
  do: async (c) => {
    // The keys first: they need no server that answers.
    for (const id of keysOf(c)) await c.world.forgetSecret(id);
    for (const [side, path] of await copies(c)) await c.world[side].files.removeFile(path, c);
  },
  undo: { nothing: text('They lie on the servers.', 'Sie liegen auf den Servern.') },
  timeouts: { doMs: 30_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};
