import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { readAutoConf } from '#server/domain/auto-conf.ts';
import type { PlanGroup, Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import { autoConfPath, type ChangeInput, type Pin } from '../input.ts';
import type { ChangeContext, ChangeWorld } from '../world.ts';

const SETTING = 'synchronous_standby_names';
/** `inForce` is what the server went by, whatever file said it. */
const zRemembered = z.object({ before: z.string().nullable(), inForce: z.string().optional() });

async function stored<I extends ChangeInput>(c: ChangeContext<I>, on: Pin): Promise<string | null> {
  const conf = await c.world[on].files.read(autoConfPath(c.input, on), c);
  return readAutoConf(conf?.toString('latin1') ?? '').get(SETTING) ?? null;
}

/** Stored alone is not enough: a run that ended before the reload would leave commits waiting. */
async function isInForce<I extends ChangeInput>(
  c: ChangeContext<I>,
  on: Pin,
  value: string | null,
): Promise<boolean> {
  if ((await stored(c, on)) !== value) return false;
  // A reset brings back what the files say, which nobody has to know.
  if (value === null) return true;
  return (await inForce(c, on)) === value;
}

async function inForce<I extends ChangeInput>(c: ChangeContext<I>, on: Pin): Promise<string> {
  return (await c.world[on].admin.settings([SETTING], within(c))).get(SETTING)?.setting ?? '';
}

interface SyncStep<I> {
  name: string;
  on: Pin;
  group: PlanGroup;
  /** null = commits wait for nobody. */
  names: (input: I) => string | null;
  explain: (input: I) => Text;
  skip: (input: I) => boolean;
  /** Behind the point of no return nothing is undone. */
  undoable: boolean;
}

/** Whom commits wait for on a node (PostgreSQL manual, "Synchronous Replication"). */
export function setSyncNames<O, I extends ChangeInput>(o: SyncStep<I>): MutationStep<ChangeWorld, O, I> {
  const put = async (c: ChangeContext<I>, value: string | null): Promise<void> => {
    await c.world[o.on].admin.alterSystem(new Map([[SETTING, value]]), within(c));
    await c.world[o.on].admin.reloadConf(within(c));
  };
  const wanted = (input: I): string | null => o.names(input);
  return {
    kind: 'mutation',
    name: o.name,
    group: o.group,
    server: (c) => c.input[o.on].serverName,
    skip: o.skip,
    explain: (c) => o.explain(c.input),
    actions: (c) => {
      const value = wanted(c.input);
      const set =
        value === null ? `ALTER SYSTEM RESET ${SETTING};` : `ALTER SYSTEM SET ${SETTING} = '${value}';`;
      return [
        { type: 'sql', server: c.input[o.on].serverName, statement: `${set} SELECT pg_reload_conf();` },
      ];
    },
    expectedMs: () => 150,
    needs: [],
    isDone: async (c) => ((await isInForce(c, o.on, wanted(c.input))) ? 'done' : 'not-done'),
    remember: async (c) => ({ before: await stored(c, o.on), inForce: await inForce(c, o.on) }),
    do: (c) => put(c, wanted(c.input)),
    undo: o.undoable
      ? {
          explain: () => text('Put the setting back.', 'Die Einstellung zurücksetzen.'),
          isDone: async (c, raw) => {
            const then = zRemembered.parse(raw);
            if ((await stored(c, o.on)) !== then.before) return 'not-done';
            if (then.inForce === undefined) return 'done';
            return (await inForce(c, o.on)) === then.inForce ? 'done' : 'not-done';
          },
          do: (c, raw) => put(c, zRemembered.parse(raw).before),
        }
      : { nothing: text('It fits the new roles.', 'Es passt zu den neuen Rollen.') },
    timeouts: { doMs: 20_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}
