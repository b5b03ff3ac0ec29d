import * as z from 'zod';
import type { NetworkLook, ShutDoor } from '#server/domain/network-look.ts';
import type { GateResult, Text } from '#server/domain/plan.ts';
import type { StoredOperation } from '#server/ports/operation-store.ts';

/** A look of an earlier version knows no doors. */
const zLook = z.object({
  gates: z.custom<GateResult[]>((v) => Array.isArray(v)),
  doors: z.array(z.custom<ShutDoor>()).default([]),
  later: z.array(z.custom<Text>()).default([]),
  bytesPerSecond: z.number().nullable().default(null),
  takenAtMs: z.number(),
});

/** What a look that succeeded has found. */
export function networkLookOf({ attempts }: StoredOperation): NetworkLook {
  return zLook.parse(attempts.findLast((attempt) => attempt.status === 'done')?.output);
}
