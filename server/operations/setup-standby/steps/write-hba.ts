import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import {
  RETRY,
  type MutationStep,
  type StepContext,
  type UndoPart,
} from '#server/engine/define-operation.ts';
import type { PlanAction, Text } from '#server/domain/plan.ts';
import { readHbaBlock, withHbaBlock, withoutHbaBlock } from '#server/domain/hba-block.ts';
import { text } from '#server/domain/text.ts';
import { within, type OperationNode, type PairWorld } from '../../pair-world.ts';

/**
 * Bytes as characters: a comment of somebody may be in any encoding, and has to keep its bytes. Our
 * own rules are ASCII.
 */
const BYTES = 'latin1';

const zRemembered = z.object({ content: z.string(), mode: z.number(), copyMade: z.boolean() });

/** A change of one file, decided from its text alone. */
export interface HbaChange<Input> {
  name: string;
  on: (world: PairWorld) => OperationNode;
  group: 'changes-primary' | 'changes-standby';
  serverName: (input: Input) => string;
  hbaFile: (input: Input) => string;
  explain: (input: Input) => Text;
  skip?: (input: Input) => boolean;
  /** The file as it shall be. */
  written: (before: string, input: Input) => string;
  isWritten: (now: string, input: Input) => boolean;
  /** Takes only our part out of a file that somebody else has changed since. */
  takenOut: (now: string, before: string) => string;
}

interface HbaStep<Input> extends Pick<HbaChange<Input>, 'name' | 'on' | 'group' | 'serverName' | 'hbaFile'> {
  rules: (input: Input) => string[];
  /** Rules of an earlier block that stay: another pair's or an adopted one's; absent = the block is replaced. */
  keepRules?: (content: string) => string[] | null;
}

/** The block that the file shall have, made from the file as it was before. */
function blockFor<Input>(o: HbaStep<Input>, before: string, input: Input): string[] {
  const wanted = o.rules(input);
  const kept = o.keepRules?.(before) ?? [];
  return [...wanted, ...kept.filter((rule) => !wanted.includes(rule))];
}

/** Our marked block in pg_hba.conf: checked by the server before it is loaded, old file kept. */
export function writeHba<Observation, Input>(o: HbaStep<Input>): MutationStep<PairWorld, Observation, Input> {
  return changeHba({
    ...o,
    explain: (input) =>
      text(
        `Add ${o.rules(input).length} rules for Tandem's roles to pg_hba.conf, checked before the reload.`,
        `${o.rules(input).length} Regeln für Tandems Rollen in pg_hba.conf eintragen, vor dem Neuladen geprüft.`,
      ),
    written: (before, input) => withHbaBlock(before, blockFor(o, before, input)),
    isWritten: (now, input) => {
      const block = readHbaBlock(now);
      return block !== null && o.rules(input).every((rule) => block.includes(rule));
    },
    takenOut: (now, before) => {
      const block = readHbaBlock(before);
      return block === null ? withoutHbaBlock(now) : withHbaBlock(now, block);
    },
  });
}

/** The file as it was; when somebody changed it since, only our part is taken out of it. */
function undone<Input>(o: HbaChange<Input>, now: string, before: string, input: Input): string {
  return now === before || now === o.written(before, input) ? before : o.takenOut(now, before);
}

const copyPath = (file: string): string => `${file}.before-tandem`;

type Context<Input> = StepContext<PairWorld, Input>;

async function readFile<Input>(o: HbaChange<Input>, c: Context<Input>): Promise<string> {
  const path = o.hbaFile(c.input);
  const data = await o.on(c.world).files.read(path, c);
  if (data === null) throw new AppError('FILE_NOT_FOUND', { message: `${path} is gone`, data: { path } });
  return data.toString(BYTES);
}

/** Writes the file; one that the server cannot read is put back before anything is loaded. */
async function write<Input>(o: HbaChange<Input>, c: Context<Input>): Promise<void> {
  const { files, admin } = o.on(c.world);
  const file = o.hbaFile(c.input);
  const { content, mode, copyMade } = zRemembered.parse(c.rememberedBy(o.name));
  const old = Buffer.from(content, 'base64');
  if (copyMade) await files.write(copyPath(file), old, { ...c, mode });
  await files.write(file, Buffer.from(o.written(old.toString(BYTES), c.input), BYTES), { ...c, mode });
  const errors = await admin.hbaErrors(within(c));
  if (errors.length > 0) {
    await files.write(file, old, { ...c, mode });
    throw brokenHba(file, errors);
  }
  await admin.reloadConf(within(c));
}

/** The file as it was, and no copy that was not there. */
function undoOf<Input>(o: HbaChange<Input>): UndoPart<PairWorld, Input> {
  return {
    explain: () =>
      text(
        'Put pg_hba.conf back byte for byte and reload.',
        'pg_hba.conf Byte für Byte zurücksetzen und neu laden.',
      ),
    isDone: async (c, raw) => {
      const { files, admin } = o.on(c.world);
      const { content, copyMade } = zRemembered.parse(raw);
      const now = await readFile(o, c);
      if (now !== undone(o, now, Buffer.from(content, 'base64').toString(BYTES), c.input)) return 'not-done';
      if (copyMade && (await files.stat(copyPath(o.hbaFile(c.input)), c)) !== null) return 'not-done';
      return (await admin.hbaIsLoaded(within(c))) ? 'done' : 'not-done';
    },
    do: async (c, raw) => {
      const { files, admin } = o.on(c.world);
      const { content, mode, copyMade } = zRemembered.parse(raw);
      const before = Buffer.from(content, 'base64').toString(BYTES);
      const back = undone(o, await readFile(o, c), before, c.input);
      await files.write(o.hbaFile(c.input), Buffer.from(back, BYTES), { ...c, mode });
      if (copyMade) await files.removeFile(copyPath(o.hbaFile(c.input)), c);
      await admin.reloadConf(within(c));
    },
  };
}

/** A change of pg_hba.conf: checked by the server before it is loaded, old file kept. */
export function changeHba<Observation, Input>(
  o: HbaChange<Input>,
): MutationStep<PairWorld, Observation, Input> {
  return {
    kind: 'mutation',
    name: o.name,
    group: o.group,
    server: (c) => o.serverName(c.input),
    ...(o.skip === undefined ? {} : { skip: o.skip }),
    explain: (c) => o.explain(c.input),
    actions: (c) => planActions(o, c),
    expectedMs: () => 400,
    needs: [],
    isDone: async (c) => {
      if (!o.isWritten(await readFile(o, c), c.input)) return 'not-done';
      return (await o.on(c.world).admin.hbaIsLoaded(within(c))) ? 'done' : 'not-done';
    },
    remember: async (c) => {
      const { files } = o.on(c.world);
      const stat = await files.stat(o.hbaFile(c.input), c);
      const copyMade = (await files.stat(copyPath(o.hbaFile(c.input)), c)) === null;
      const content = Buffer.from(await readFile(o, c), BYTES).toString('base64');
      return { content, mode: stat?.mode ?? 0o600, copyMade };
    },
    do: (c) => write(o, c),
    undo: undoOf(o),
    timeouts: { doMs: 30_000, settleMs: 10_000 },
    retry: RETRY.transientOnly,
  };
}

async function planActions<Input>(
  o: HbaChange<Input>,
  c: { world: PairWorld; input: Input },
): Promise<PlanAction[]> {
  const path = o.hbaFile(c.input);
  const before = await planRead(o.on(c.world), path);
  const after = o.written(before ?? '', c.input);
  return [{ type: 'file', server: o.serverName(c.input), path, before, after, mode: '0600' }];
}

async function planRead(node: OperationNode, file: string): Promise<string | null> {
  const data = await node.files.read(file, { signal: AbortSignal.timeout(15_000) });
  return data === null ? null : data.toString('utf8');
}

function brokenHba(file: string, errors: readonly { line: number; error: string }[]): AppError {
  return new AppError('WORLD_CHANGED', {
    message: `PostgreSQL finds errors in ${file}; the old file is back`,
    detail: errors.map((e) => `line ${e.line}: ${e.error}`).join('; '),
    hint: 'Mend these lines, then retry. Nothing was reloaded.',
  });
}
