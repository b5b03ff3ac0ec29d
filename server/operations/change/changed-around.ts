import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeSurroundings } from '#server/ports/change-store.ts';
import { zPinnedHook } from '../hooks/pinned-hook.ts';
import { zPinnedRoute } from '../routes/pinned-route.ts';

const zSurroundings = z.object({
  hooks: z.array(zPinnedHook).default([]),
  routes: z.array(zPinnedRoute).default([]),
});

/** Hooks and routes that a look had pinned and that are others now; an input that pins none has nothing to differ. */
export function changedAround(input: unknown, now: ChangeSurroundings): Text[] {
  const pinned = zSurroundings.safeParse(input).data;
  if (pinned === undefined) return [];
  const present = zSurroundings.parse(now);
  const changes: Text[] = [];
  if (!isDeepStrictEqual(pinned.hooks, present.hooks)) changes.push(HOOKS_CHANGED);
  if (!isDeepStrictEqual(pinned.routes, present.routes)) changes.push(ROUTES_CHANGED);
  return changes;
}

const zEncrypted = z.object({ tls: z.boolean(), tlsNames: z.record(z.string(), z.string()).default({}) });

/** A look that would write the other kind of conninfo than the pair has now; an input that writes none never differs. */
export function changedEncryption(input: unknown, now: ChangeSurroundings): Text[] {
  const pinned = zEncrypted.safeParse(input).data;
  if (pinned === undefined) return [];
  const same = pinned.tls === now.encrypted && isDeepStrictEqual(pinned.tlsNames, { ...now.tlsNames });
  return same ? [] : [ENCRYPTION_CHANGED];
}

const ENCRYPTION_CHANGED = text(
  'the encryption of the replication was changed',
  'die Verschlüsselung der Replikation wurde geändert',
);
const HOOKS_CHANGED = text('the hooks of the pair were changed', 'die Hooks des Serverpaars wurden geändert');
const ROUTES_CHANGED = text(
  'the client routes of the pair were changed',
  'die Client-Routen des Serverpaars wurden geändert',
);
