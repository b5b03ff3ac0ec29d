import {
  RETRY,
  type MutationStep,
  type StepContext,
  type UndoPart,
} from '#server/engine/define-operation.ts';
import type { PlanAction } from '#server/domain/plan.ts';
import type { SettingRow } from '#server/ports/postgres-admin.ts';
import { within, type OperationNode } from '../../pair-world.ts';
import {
  keepSettings,
  keptSettings,
  putSettingsBack,
  removeCopy,
  settingsAreBack,
  storedSettings,
  type KeptSettings,
} from './kept-settings.ts';

type Step<W, O, I> = MutationStep<W, O, I>;

interface AlterSettings<W, O, I> extends Pick<Step<W, O, I>, 'name' | 'group' | 'explain' | 'skip'> {
  on: (world: W) => OperationNode;
  serverName: (input: I) => string;
  /** Ends the name of the copy that undo reads; one of each operation's own. */
  copy: string;
  wanted: (input: I) => ReadonlyMap<string, string>;
  /** Whether a running server is to take them over now, or its next start. */
  load: 'reload' | 'next-start';
  /** What else, or cheaper, shows that a running server has taken them over. */
  inForce?: (c: StepContext<W, I>) => Promise<boolean>;
  undoExplain: UndoPart<W, I>['explain'];
  expectedMs: number;
  timeouts?: Step<W, O, I>['timeouts'];
}

/** ALTER SYSTEM on one node; undo puts back what was there. Done when it is stored and in force. */
export function alterSettings<W, O, I>(o: AlterSettings<W, O, I>): Step<W, O, I> {
  const kept = (c: StepContext<W, I>): KeptSettings =>
    keptSettings(o.on(c.world), o.copy, [...o.wanted(c.input).keys()]);
  const reload = async (c: StepContext<W, I>): Promise<void> => {
    if (o.load === 'reload') await o.on(c.world).runtime.reload(within(c));
  };
  const inForce = o.inForce ?? ((c) => areInForce(o.on(c.world), o.wanted(c.input), c));
  return {
    kind: 'mutation',
    name: o.name,
    group: o.group,
    server: (c) => o.serverName(c.input),
    ...(o.skip === undefined ? {} : { skip: o.skip }),
    explain: o.explain,
    actions: (c) => statements(o.serverName(c.input), o.wanted(c.input), o.load),
    expectedMs: () => o.expectedMs,
    needs: [],
    isDone: async (c) => {
      const stored = await storedSettings(o.on(c.world), c);
      if ([...o.wanted(c.input)].some(([name, value]) => stored.get(name) !== value)) return 'not-done';
      return o.load === 'next-start' || (await inForce(c)) ? 'done' : 'not-done';
    },
    remember: async (c) => {
      await keepSettings(o.on(c.world), kept(c), c);
      return { kept: [...o.wanted(c.input).keys()] };
    },
    do: async (c) => {
      await o.on(c.world).admin.alterSystem(o.wanted(c.input), within(c));
      await reload(c);
    },
    undo: {
      explain: o.undoExplain,
      isDone: async (c) => ((await settingsAreBack(o.on(c.world), kept(c), c)) ? 'done' : 'not-done'),
      do: async (c) => {
        await putSettingsBack(o.on(c.world), kept(c), c);
        await reload(c);
        await removeCopy(o.on(c.world), kept(c), c);
      },
    },
    timeouts: o.timeouts ?? { doMs: 20_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}

function statements(
  server: string,
  wanted: ReadonlyMap<string, string>,
  load: 'reload' | 'next-start',
): PlanAction[] {
  const then = load === 'reload' ? ' SELECT pg_reload_conf();' : '';
  return [...wanted].map(([name, value]) => ({
    type: 'sql',
    server,
    statement: `ALTER SYSTEM SET ${name} = '${value.replaceAll("'", "''")}';${then}`,
  }));
}

/** Whether a running server has taken them over, or knows that it will with its next start. */
export async function areInForce(
  node: OperationNode,
  wanted: ReadonlyMap<string, string>,
  c: { signal: AbortSignal },
): Promise<boolean> {
  const rows = await node.admin.settings([...wanted.keys()], within(c));
  return [...wanted].every(([name, value]) => isLoaded(rows.get(name), value));
}

/** What needs a restart is known to the server and waits for one. */
function isLoaded(row: SettingRow | undefined, value: string): boolean {
  if (row === undefined) return false;
  return row.pendingRestart || row.setting === value || `${row.setting}${row.unit ?? ''}` === value;
}
