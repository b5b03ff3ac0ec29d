import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { hbaName, readHbaBlock, withHbaBlock } from '#server/domain/hba-block.ts';
import { text } from '#server/domain/text.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { within } from '../../pair-world.ts';
import type { EncryptInput, Side } from '../input.ts';
import type { EncryptObservation } from '../look.ts';
import type { EncryptContext, EncryptWorld } from '../world.ts';

/** Bytes as characters: a comment of somebody may be in any encoding, and has to keep its bytes. */
const BYTES = 'latin1';
const zBefore = z.object({ content: z.string(), mode: z.number() });

/** The file with our rules for the network roles letting in encrypted connections only. */
export function requiringTls(content: string, roles: readonly string[]): string {
  const block = readHbaBlock(content);
  if (block === null) return content;
  const names = roles.map((role) => ` ${hbaName(role)} `);
  const isOurs = (rule: string): boolean =>
    rule.startsWith('host ') && names.some((name) => rule.includes(name));
  return withHbaBlock(
    content,
    block.map((rule) => (isOurs(rule) ? rule.replace('host ', 'hostssl ') : rule)),
  );
}

const rolesOf = (input: EncryptInput): string[] => [input.replicationRole, input.rewindRole];

async function read(c: Pick<EncryptContext, 'world' | 'input' | 'signal'>, side: Side): Promise<string> {
  const path = c.input[side].hbaFile;
  const data = await c.world[side].files.read(path, c);
  if (data !== null) return data.toString(BYTES);
  throw new AppError('FILE_NOT_FOUND', { message: `${path} is gone`, data: { path } });
}

async function write(c: EncryptContext, side: Side, content: string, mode: number): Promise<void> {
  await c.world[side].files.write(c.input[side].hbaFile, Buffer.from(content, BYTES), { ...c, mode });
}

/** Last, when everything runs over TLS: who does not use it is not let in any more. */
export function requireTls(side: Side): MutationStep<EncryptWorld, EncryptObservation, EncryptInput> {
  return {
    kind: 'mutation',
    name: `require-tls-on-${side}`,
    group: side === 'primary' ? 'changes-primary' : 'changes-standby',
    server: (c) => c.input[side].serverName,
    explain: (c) =>
      text(
        `Let ${rolesOf(c.input).join(' and ')} in on ${c.input[side].serverName} with encryption only (hostssl).`,
        `${rolesOf(c.input).join(' und ')} auf ${c.input[side].serverName} nur verschlüsselt einlassen (hostssl).`,
      ),
    actions: async (c) => {
      const before = await read({ ...c, signal: AbortSignal.timeout(15_000) }, side);
      const after = requiringTls(before, rolesOf(c.input));
      const server = c.input[side].serverName;
      return [{ type: 'file', server, path: c.input[side].hbaFile, before, after, mode: '0600' }];
    },
    expectedMs: () => 400,
    needs: [],
    isDone: async (c) => {
      const now = await read(c, side);
      if (now !== requiringTls(now, rolesOf(c.input))) return 'not-done';
      return (await c.world[side].admin.hbaIsLoaded(within(c))) ? 'done' : 'not-done';
    },
    remember: async (c) => {
      const stat = await c.world[side].files.stat(c.input[side].hbaFile, c);
      const content = Buffer.from(await read(c, side), BYTES).toString('base64');
      return { content, mode: stat?.mode ?? 0o600 };
    },
    do: async (c) => {
      const now = await read(c, side);
      const { mode } = zBefore.parse(c.rememberedBy(`require-tls-on-${side}`));
      await write(c, side, requiringTls(now, rolesOf(c.input)), mode);
      const errors = await c.world[side].admin.hbaErrors(within(c));
      if (errors.length > 0) {
        await write(c, side, now, mode);
        throw new AppError('WORLD_CHANGED', {
          message: `PostgreSQL finds errors in ${c.input[side].hbaFile}; the old file is back`,
          detail: errors.map((e) => `line ${e.line}: ${e.error}`).join('; '),
        });
      }
      await c.world[side].admin.reloadConf(within(c));
    },
    undo: {
      explain: () => text('Let them in as before and reload.', 'Sie wie zuvor einlassen und neu laden.'),
      isDone: async (c, raw) => {
        if ((await read(c, side)) !== undone(await read(c, side), raw, c.input)) return 'not-done';
        return (await c.world[side].admin.hbaIsLoaded(within(c))) ? 'done' : 'not-done';
      },
      do: async (c, raw) => {
        await write(c, side, undone(await read(c, side), raw, c.input), zBefore.parse(raw).mode);
        await c.world[side].admin.reloadConf(within(c));
      },
    },
    timeouts: { doMs: 30_000, settleMs: 10_000 },
    retry: RETRY.transientOnly,
  };
}

/** Byte for byte as it was; what somebody else changed meanwhile stays, and our block is as it was. */
function undone(now: string, raw: unknown, input: EncryptInput): string {
  const before = Buffer.from(zBefore.parse(raw).content, 'base64').toString(BYTES);
  if (now === before || now === requiringTls(before, rolesOf(input))) return before;
  const block = readHbaBlock(before);
  return block === null ? now : withHbaBlock(now, block);
}
