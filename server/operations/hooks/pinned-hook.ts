import * as z from 'zod';
import {
  HOOK_MOMENTS,
  HTTP_METHODS,
  type HookEvent,
  type HookMoment,
  type PinnedHook,
} from '#server/domain/change-hook.ts';

/** A hook as a run's input keeps it. */
export const zPinnedHook = z.object({
  id: z.string(),
  name: z.string(),
  moment: z.enum(HOOK_MOMENTS),
  timeoutSeconds: z.number().int().positive(),
  veto: z.boolean(),
  repeatable: z.boolean(),
  call: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('shell'),
      serverId: z.string(),
      serverName: z.string(),
      runAs: z.string(),
      mode: z.enum(['command', 'script']),
      line: z.string(),
      check: z.string().nullable(),
    }),
    z.object({
      kind: z.literal('http'),
      method: z.enum(HTTP_METHODS),
      url: z.string(),
      headers: z.array(z.object({ name: z.string(), value: z.string() })),
      tokenSecretId: z.string().nullable(),
      body: z.string().nullable(),
      checkUrl: z.string().nullable(),
    }),
  ]),
}) satisfies z.ZodType<PinnedHook>;

interface Named {
  serverName: string;
  address: string;
  location: { port: number };
}

/** What a run's input holds of hooks and of what they are told. */
export interface HookInput {
  pairName: string;
  hooks: PinnedHook[];
  oldPrimary: Named;
  newPrimary: Named;
}

export const hooksAt = (input: Pick<HookInput, 'hooks'>, moment: HookMoment): PinnedHook[] =>
  input.hooks.filter((hook) => hook.moment === moment);

const addressOf = (node: Named): string => `${node.address}:${node.location.port}`;

/** What a hook is told. When a change is undone, the primary stays: the new one is the old one. */
export function hookEvent(
  event: HookEvent['event'],
  { pairName: pair, oldPrimary, newPrimary }: HookInput,
  undone = false,
): HookEvent {
  const [from, to] = undone ? [newPrimary, oldPrimary] : [oldPrimary, newPrimary];
  return {
    event,
    pair,
    oldPrimary: from.serverName,
    newPrimary: to.serverName,
    oldPrimaryAddress: addressOf(from),
    newPrimaryAddress: addressOf(to),
  };
}
