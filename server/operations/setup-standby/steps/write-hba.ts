import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep, type StepContext } from '#server/engine/define-operation.ts';
import { readHbaBlock, withHbaBlock } from '#server/domain/hba-block.ts';
import { text } from '#server/domain/text.ts';
import { within, type OperationNode, type PairWorld } from '../world.ts';

const zRemembered = z.object({ content: z.string(), mode: z.number(), copyMade: z.boolean() });

interface HbaStep<Input> {
  name: string;
  on: (world: PairWorld) => OperationNode;
  group: 'changes-primary' | 'changes-standby';
  serverName: (input: Input) => string;
  hbaFile: (input: Input) => string;
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

const copyPath = (file: string): string => `${file}.before-tandem`;

/** Our marked block in pg_hba.conf: checked by the server before it is loaded, old file kept. */
export function writeHba<Observation, Input>(o: HbaStep<Input>): MutationStep<PairWorld, Observation, Input> {
  const read = async (c: StepContext<PairWorld, Input>): Promise<string> => {
    const data = await o.on(c.world).files.read(o.hbaFile(c.input), c);
    if (data === null)
      throw new AppError('FILE_NOT_FOUND', {
        message: `${o.hbaFile(c.input)} is gone`,
        data: { path: o.hbaFile(c.input) },
      });
    return data.toString('utf8');
  };
  return {
    kind: 'mutation',
    name: o.name,
    group: o.group,
    server: (c) => o.serverName(c.input),
    explain: (c) =>
      text(
        `Add ${o.rules(c.input).length} rules for Tandem's roles to pg_hba.conf, checked before the reload.`,
        `${o.rules(c.input).length} Regeln für Tandems Rollen in pg_hba.conf eintragen, vor dem Neuladen geprüft.`,
      ),
    actions: async (c) => {
      const before = await planRead(o.on(c.world), o.hbaFile(c.input));
      return [
        {
          type: 'file',
          server: o.serverName(c.input),
          path: o.hbaFile(c.input),
          before,
          after: withHbaBlock(before ?? '', blockFor(o, before ?? '', c.input)),
          mode: '0600',
        },
      ];
    },
    expectedMs: () => 400,
    needs: [],
    isDone: async (c) => {
      const block = readHbaBlock(await read(c));
      if (block === null || !o.rules(c.input).every((rule) => block.includes(rule))) return 'not-done';
      return (await o.on(c.world).admin.hbaIsLoaded(within(c))) ? 'done' : 'not-done';
    },
    remember: async (c) => {
      const { files } = o.on(c.world);
      const stat = await files.stat(o.hbaFile(c.input), c);
      const copyMade = (await files.stat(copyPath(o.hbaFile(c.input)), c)) === null;
      return { content: Buffer.from(await read(c)).toString('base64'), mode: stat?.mode ?? 0o600, copyMade };
    },
    do: async (c) => {
      const node = o.on(c.world);
      const file = o.hbaFile(c.input);
      const remembered = zRemembered.parse(c.rememberedBy(o.name));
      const old = Buffer.from(remembered.content, 'base64');
      if (remembered.copyMade) await node.files.write(copyPath(file), old, { ...c, mode: remembered.mode });
      const next = withHbaBlock(old.toString('utf8'), blockFor(o, old.toString('utf8'), c.input));
      await node.files.write(file, Buffer.from(next), { ...c, mode: remembered.mode });
      const errors = await node.admin.hbaErrors(within(c));
      if (errors.length > 0) {
        await node.files.write(file, old, { ...c, mode: remembered.mode });
        throw brokenHba(file, errors);
      }
      await node.admin.reloadConf(within(c));
    },
    undo: {
      explain: () =>
        text(
          'Put pg_hba.conf back byte for byte and reload.',
          'pg_hba.conf Byte für Byte zurücksetzen und neu laden.',
        ),
      isDone: async (c, raw) => {
        const remembered = zRemembered.parse(raw);
        const same = Buffer.from(await read(c)).toString('base64') === remembered.content;
        const copyGone =
          !remembered.copyMade || (await o.on(c.world).files.stat(copyPath(o.hbaFile(c.input)), c)) === null;
        return same && copyGone && (await o.on(c.world).admin.hbaIsLoaded(within(c))) ? 'done' : 'not-done';
      },
      do: async (c, raw) => {
        const { files, admin } = o.on(c.world);
        const remembered = zRemembered.parse(raw);
        await files.write(o.hbaFile(c.input), Buffer.from(remembered.content, 'base64'), {
          ...c,
          mode: remembered.mode,
        });
        if (remembered.copyMade) await files.removeFile(copyPath(o.hbaFile(c.input)), c);
        await admin.reloadConf(within(c));
      },
    },
    timeouts: { doMs: 30_000, settleMs: 10_000 },
    retry: RETRY.transientOnly,
  };
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
