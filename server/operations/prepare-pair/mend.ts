import { controlAction } from '#server/domain/control-line.ts';
import { closeReplicationRules, openHbaRules, reopenRules } from '#server/domain/open-hba-rules.ts';
import { REQUIRED_SETTINGS } from '#server/domain/required-settings.ts';
import { text } from '#server/domain/text.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import type { AdoptObservation } from '../adopt-pair/observation.ts';
import { alterSettings } from '../change/steps/alter-settings.ts';
import { proposeSlotLimit } from '../plan-setup/decide-setup.ts';
import { changeHba } from '../setup-standby/steps/write-hba.ts';
import { within, type PairWorld } from '../pair-world.ts';
import type { PrepareInput } from './input.ts';
import type { Habits, NodeHabits } from './observe-habits.ts';

type Step = MutationStep<PairWorld, AdoptObservation, PrepareInput>;
type Side = 'primary' | 'standby';
type Mend = PrepareInput['mend'];

/** What the plan changes of what was found, where it can be changed without an outage of the primary. */
export function decideMend(h: Habits): Mend {
  const close = (n: NodeHabits): boolean => h.standbys <= 1 && n.openRules.some((rule) => rule.replication);
  return {
    settings: {
      primary: settingsOf(h.primary),
      standby: { ...settingsOf(h.standby), ...settingsToMatch(h) },
    },
    closeRules: { primary: close(h.primary), standby: close(h.standby) },
  };
}

/** A limit near what a slot holds back now would end that slot with the next checkpoint. */
export const isRoomy = (n: NodeHabits): boolean =>
  n.heldBackBytes !== null && n.heldBackBytes <= proposeSlotLimit(n.freeBytes) / 2;

function settingsOf(n: NodeHabits): Record<string, string> {
  const wanted: Record<string, string> = {};
  // What the command line sets wins over ALTER SYSTEM: changing it would only pretend.
  const may = (name: string): boolean => n.settings.get(name)?.source !== 'command line';
  if (
    n.settings.get('max_slot_wal_keep_size')?.setting === '-1' &&
    may('max_slot_wal_keep_size') &&
    isRoomy(n)
  )
    wanted['max_slot_wal_keep_size'] = `${proposeSlotLimit(n.freeBytes) / 1024 ** 2}MB`;
  if (!n.checksums && n.settings.get('wal_log_hints')?.setting === 'off' && may('wal_log_hints'))
    wanted['wal_log_hints'] = 'on';
  return wanted;
}

/**
 * Each node is the other's standby some day, and a standby's values must not be lower than its primary's. The
 * standby's are made equal: it may restart, the primary may not.
 */
export function settingsToMatch({ primary, standby }: Habits): Record<string, string> {
  const wanted: Record<string, string> = {};
  for (const name of REQUIRED_SETTINGS) {
    const [have, need] = [standby.settings.get(name), primary.settings.get(name)?.setting ?? ''];
    if (have !== undefined && have.source !== 'command line' && Number(have.setting) !== Number(need))
      wanted[name] = need;
  }
  return wanted;
}

const group = (side: Side): 'changes-primary' | 'changes-standby' => `changes-${side}`;

const wantedOn =
  (side: Side) =>
  (input: PrepareInput): Map<string, string> =>
    new Map(Object.entries(input.mend.settings[side]));

/** What needs a restart waits for one. */
export const mendSettings = (side: Side): Step =>
  alterSettings<PairWorld, AdoptObservation, PrepareInput>({
    name: `mend-settings-${side}`,
    group: group(side),
    on: (world) => world[side],
    serverName: (input) => input[side].serverName,
    skip: (input) => wantedOn(side)(input).size === 0,
    copy: 'mend',
    wanted: wantedOn(side),
    load: 'reload',
    explain: (c) =>
      text(
        `Set what ${c.input[side].serverName} lacks (ALTER SYSTEM).`,
        `Setzen, was ${c.input[side].serverName} fehlt (ALTER SYSTEM).`,
      ),
    undoExplain: () => text('Put the old values back.', 'Die alten Werte zurücksetzen.'),
    expectedMs: 300,
  });

/** Of the standby's settings those that a reload does not put into force. */
const RESTART: readonly string[] = ['wal_log_hints', ...REQUIRED_SETTINGS];
const restarting = (input: PrepareInput): [string, string][] =>
  Object.entries(input.mend.settings.standby).filter(([name]) => RESTART.includes(name));

const namesOf = (input: PrepareInput): string =>
  restarting(input)
    .map(([name]) => name)
    .join(', ');

/** Readers on the standby are disconnected; the primary takes the setting over with its own next start. */
export const restartStandby: Step = {
  kind: 'mutation',
  name: 'restart-standby',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  skip: (input) => restarting(input).length === 0,
  explain: (c) =>
    text(
      `Restart ${c.input.standby.serverName} for ${namesOf(c.input)}; who reads there is disconnected. The primary is not restarted.`,
      `${c.input.standby.serverName} für ${namesOf(c.input)} neu starten; wer dort liest, wird getrennt. Der Primärserver startet nicht neu.`,
    ),
  actions: (c) => [controlAction(c.input.standby.serverName, c.input.standby.location, 'restart')],
  expectedMs: () => 3_000,
  needs: [],
  isDone: async (c) => {
    const { admin, runtime } = c.world.standby;
    if (!(await runtime.isAcceptingConnections(within(c)))) return 'not-done';
    const wanted = restarting(c.input);
    const rows = await admin.settings(
      wanted.map(([name]) => name),
      within(c),
    );
    return wanted.every(([name, value]) => rows.get(name)?.setting === value) ? 'done' : 'not-done';
  },
  do: async (c) => {
    const { runtime } = c.world.standby;
    if ((await runtime.stopState(within(c))) === 'running')
      await runtime.stop({ ...within(c, 60_000), mode: 'fast' });
    await runtime.start(within(c, 60_000));
  },
  undo: {
    explain: (c) => text(`Start ${c.input.standby.serverName}.`, `${c.input.standby.serverName} starten.`),
    isDone: async (c) =>
      (await c.world.standby.runtime.isAcceptingConnections(within(c))) ? 'done' : 'not-done',
    do: (c) => c.world.standby.runtime.start(within(c, 60_000)),
  },
  timeouts: { doMs: 150_000, settleMs: 60_000 },
  retry: RETRY.transientOnly,
};

/** Last: nobody replicates by these rules any more. */
export const closeRules = (side: Side): Step =>
  changeHba<AdoptObservation, PrepareInput>({
    name: `close-rules-${side}`,
    on: (world) => world[side],
    group: group(side),
    serverName: (input) => input[side].serverName,
    hbaFile: (input) => (side === 'primary' ? input.hbaFile : input.standbyHbaFile),
    skip: (input) => !input.mend.closeRules[side],
    explain: () =>
      text(
        'Turn the rules that let every address replicate into comments; both servers have rules of their own now.',
        'Die Regeln, die jede Adresse replizieren lassen, zu Kommentaren machen; beide Server haben jetzt eigene.',
      ),
    written: closeReplicationRules,
    isWritten: (now) => openHbaRules(now).every((rule) => !rule.replication),
    takenOut: reopenRules,
  });
