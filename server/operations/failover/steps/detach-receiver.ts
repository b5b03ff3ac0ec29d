import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { readAutoConf } from '#server/domain/auto-conf.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../setup-standby/world.ts';
import { autoConfPath } from '../../change/input.ts';
import type { ChangeContext } from '../../change/world.ts';
import type { FailoverInput } from '../input.ts';
import type { FailoverWorld } from '../world.ts';

type Context = ChangeContext<FailoverInput>;
const SETTING = 'primary_conninfo';
const zRemembered = z.object({ before: z.string().nullable() });

async function stored(c: Context): Promise<string | null> {
  const conf = await c.world.newPrimary.files.read(autoConfPath(c.input, 'newPrimary'), c);
  return readAutoConf(conf?.toString('latin1') ?? '').get(SETTING) ?? null;
}

async function put(c: Context, value: string | null): Promise<void> {
  await c.world.newPrimary.admin.alterSystem(new Map([[SETTING, value]]), within(c));
  await c.world.newPrimary.runtime.reload(within(c));
}

/** From here on what was received is final: nothing can arrive between the last look and the promotion. */
export const detachReceiver: MutationStep<FailoverWorld, unknown, FailoverInput> = {
  kind: 'mutation',
  name: 'detach-receiver',
  group: 'outage',
  server: (c) => c.input.newPrimary.serverName,
  explain: (c) =>
    text(
      `Detach ${c.input.newPrimary.serverName} from the old primary: what it has received is final.`,
      `${c.input.newPrimary.serverName} vom alten Primärserver trennen: Was er empfangen hat, ist endgültig.`,
    ),
  actions: (c) => [
    {
      type: 'sql',
      server: c.input.newPrimary.serverName,
      statement: `ALTER SYSTEM SET ${SETTING} = ''; SELECT pg_reload_conf();`,
    },
  ],
  expectedMs: () => 80,
  needs: [],
  isDone: async (c) => {
    const at = await c.world.newPrimary.session.position(within(c));
    if (at.receiver !== null) return 'not-done';
    return (await stored(c)) === '' ? 'done' : 'not-done';
  },
  remember: async (c) => ({ before: await stored(c) }),
  do: (c) => put(c, ''),
  undo: {
    explain: () => text('Attach it again.', 'Ihn wieder verbinden.'),
    isDone: async (c, raw) => ((await stored(c)) === zRemembered.parse(raw).before ? 'done' : 'not-done'),
    do: (c, raw) => put(c, zRemembered.parse(raw).before),
  },
  timeouts: { doMs: 15_000, settleMs: 10_000, pollMs: 5 },
  retry: RETRY.transientOnly,
};
