import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { hbaName, readHbaBlock, withHbaBlock, withoutHbaBlock } from '#server/domain/hba-block.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import { droppedRoles, type RemoveInput, type Side } from '../input.ts';
import type { RemoveObservation } from '../observation.ts';
import type { RemoveContext, RemoveWorld } from '../world.ts';

/** Bytes as characters: a comment of somebody may be in any encoding, and has to keep its bytes. */
const BYTES = 'latin1';
const zRemembered = z.object({ content: z.string(), mode: z.number() });

/** The file without the rules of these roles; a block that is empty then goes as a whole. */
export function withoutRulesOf(content: string, roles: readonly string[]): string {
  const block = readHbaBlock(content);
  if (block === null) return content;
  const names = roles.map((role) => ` ${hbaName(role)} `);
  const kept = block.filter((rule) => !names.some((name) => rule.includes(name)));
  if (kept.length === block.length) return content;
  return kept.length === 0 ? withoutHbaBlock(content) : withHbaBlock(content, kept);
}

const pathOf = (input: RemoveInput, on: Side): string => input.hbaFiles[on];
const cleaned = (input: RemoveInput, content: string): string => withoutRulesOf(content, droppedRoles(input));

async function read(c: Pick<RemoveContext, 'world' | 'input' | 'signal'>, on: Side): Promise<string> {
  const path = pathOf(c.input, on);
  const data = await c.world[on].files.read(path, c);
  if (data !== null) return data.toString(BYTES);
  throw new AppError('FILE_NOT_FOUND', { message: `${path} is gone`, data: { path } });
}

async function write(c: RemoveContext, on: Side, content: string, mode: number): Promise<void> {
  await c.world[on].files.write(pathOf(c.input, on), Buffer.from(content, BYTES), { ...c, mode });
  await c.world[on].admin.reloadConf(within(c));
}

/** Takes the rules of the dropped roles out of pg_hba.conf; everything of others keeps its bytes. */
export function takeRules(on: Side): MutationStep<RemoveWorld, RemoveObservation, RemoveInput> {
  return {
    kind: 'mutation',
    name: `take-rules-from-${on}`,
    group: on === 'primary' ? 'changes-primary' : 'changes-standby',
    server: (c) => c.input[on].serverName,
    skip: (input) => droppedRoles(input).length === 0,
    explain: (c) =>
      text(
        `Take Tandem's rules for ${droppedRoles(c.input).join(', ')} out of pg_hba.conf and reload.`,
        `Tandems Regeln für ${droppedRoles(c.input).join(', ')} aus pg_hba.conf nehmen und neu laden.`,
      ),
    actions: async (c) => {
      const before = await read({ ...c, signal: AbortSignal.timeout(15_000) }, on);
      const after = cleaned(c.input, before);
      const server = c.input[on].serverName;
      return [{ type: 'file', server, path: pathOf(c.input, on), before, after, mode: '0600' }];
    },
    expectedMs: () => 400,
    needs: [],
    isDone: async (c) => {
      const now = await read(c, on);
      if (now !== cleaned(c.input, now)) return 'not-done';
      return (await c.world[on].admin.hbaIsLoaded(within(c))) ? 'done' : 'not-done';
    },
    remember: async (c) => {
      const stat = await c.world[on].files.stat(pathOf(c.input, on), c);
      return { content: Buffer.from(await read(c, on), BYTES).toString('base64'), mode: stat?.mode ?? 0o600 };
    },
    do: async (c) => {
      const { content, mode } = zRemembered.parse(c.rememberedBy(`take-rules-from-${on}`));
      await write(c, on, cleaned(c.input, Buffer.from(content, 'base64').toString(BYTES)), mode);
    },
    undo: {
      explain: () => text('Put pg_hba.conf back and reload.', 'pg_hba.conf zurücksetzen und neu laden.'),
      isDone: async (c, raw) => {
        const before = Buffer.from(zRemembered.parse(raw).content, 'base64').toString(BYTES);
        if ((await read(c, on)) !== before) return 'not-done';
        return (await c.world[on].admin.hbaIsLoaded(within(c))) ? 'done' : 'not-done';
      },
      do: (c, raw) => {
        const { content, mode } = zRemembered.parse(raw);
        return write(c, on, Buffer.from(content, 'base64').toString(BYTES), mode);
      },
    },
    timeouts: { doMs: 30_000, settleMs: 10_000 },
    retry: RETRY.transientOnly,
  };
}
