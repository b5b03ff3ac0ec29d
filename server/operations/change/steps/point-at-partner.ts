import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { readAutoConf } from '#server/domain/auto-conf.ts';
import { text } from '#server/domain/text.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { within } from '../../setup-standby/world.ts';
import { autoConfPath, followSettings, other, type ChangeInput, type Pin } from '../input.ts';
import type { ChangeContext, ChangeWorld } from '../world.ts';

const zRemembered = z.record(z.string(), z.string().nullable());

async function stored<I extends ChangeInput>(c: ChangeContext<I>, on: Pin): Promise<Map<string, string>> {
  const conf = await c.world[on].files.read(autoConfPath(c.input, on), c);
  return readAutoConf(conf?.toString('latin1') ?? '');
}

/** Values that ALTER SYSTEM gave before, null = it gave none: what undo puts back, and nothing else. */
async function before<I extends ChangeInput>(c: ChangeContext<I>, on: Pin): Promise<Json> {
  const now = await stored(c, on);
  return Object.fromEntries([...followSettings(c.input, on).keys()].map((k) => [k, now.get(k) ?? null]));
}

/** `primary_conninfo` on a node that runs as primary: without effect until it starts as a standby. */
export function pointAtPartner<O, I extends ChangeInput>(
  name: string,
  on: Pin,
): MutationStep<ChangeWorld, O, I> {
  return {
    kind: 'mutation',
    name,
    group: 'prepares',
    server: (c) => c.input[on].serverName,
    explain: (c) =>
      text(
        `Let ${c.input[on].serverName} follow ${c.input[other(on)].serverName} from its next start as a standby.`,
        `${c.input[on].serverName} ab dem nächsten Start als Standby-Server ${c.input[other(on)].serverName} folgen lassen.`,
      ),
    actions: (c) =>
      [...followSettings(c.input, on)].map(([setting, value]) => ({
        type: 'sql' as const,
        server: c.input[on].serverName,
        statement: `ALTER SYSTEM SET ${setting} = '${value.replaceAll("'", "''")}';`,
      })),
    expectedMs: () => 150,
    needs: [],
    isDone: async (c) => {
      const now = await stored(c, on);
      return [...followSettings(c.input, on)].every(([k, v]) => now.get(k) === v) ? 'done' : 'not-done';
    },
    remember: (c) => before(c, on),
    do: (c) => c.world[on].admin.alterSystem(followSettings(c.input, on), within(c)),
    undo: {
      explain: () => text('Put the settings back.', 'Die Einstellungen zurücksetzen.'),
      isDone: async (c, raw) => {
        const now = await stored(c, on);
        const old = Object.entries(zRemembered.parse(raw));
        return old.every(([k, v]) => (now.get(k) ?? null) === v) ? 'done' : 'not-done';
      },
      do: (c, raw) =>
        c.world[on].admin.alterSystem(new Map(Object.entries(zRemembered.parse(raw))), within(c)),
    },
    timeouts: { doMs: 20_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
