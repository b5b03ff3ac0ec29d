import * as z from 'zod';
import { parseChange, zChangeInput, type ChangeInput } from '../change/input.ts';

/** Fences `oldPrimary`, which must not write any more, because `newPrimary` does. */
export const zFenceInput = zChangeInput.extend({
  /** The owed fence that this settles; null = a person asked for it. */
  fenceId: z.string().nullable(),
  /** A person chose which of two writable nodes is right: then only that the other one writes is asked. */
  byPerson: z.boolean(),
});
export type FenceInput = z.infer<typeof zFenceInput>;

export const parseFenceInput = (raw: unknown): FenceInput => parseChange(zFenceInput, raw);

export function fenceInputOf(input: ChangeInput, fenceId: string | null): FenceInput {
  return zFenceInput.parse({ ...input, fenceId, byPerson: fenceId === null });
}
