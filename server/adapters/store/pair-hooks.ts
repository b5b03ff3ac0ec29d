import type { ChangeHook, PinnedHook } from '#server/domain/change-hook.ts';
import type { PairHooks } from '#server/ports/pair-hooks.ts';
import { createPairColumn } from './pair-column.ts';
import type { Prisma } from './prisma-client.ts';

/** The column's value: written by this store only, so its shape is what was put in. */
const hooksOf = (column: unknown): ChangeHook[] => column as ChangeHook[];

/** Hooks in the control database. */
export const createPairHooks = (prisma: Prisma): PairHooks => createPairColumn(prisma, 'hooks', hooksOf);

/** With the names of their servers; a hook whose server is gone is left out, because servers that a hook names stay. */
export function pinHooks(
  column: unknown,
  servers: ReadonlyMap<string, { name: string; username: string }>,
): PinnedHook[] {
  return hooksOf(column).flatMap(({ call, ...hook }): PinnedHook[] => {
    if (call.kind === 'http') return [{ ...hook, call }];
    const server = servers.get(call.serverId);
    if (server === undefined) return [];
    return [{ ...hook, call: { ...call, serverName: server.name, runAs: call.runAs ?? server.username } }];
  });
}

/** Names of the pairs that call a command on this server. */
export async function pairsWithHooksOn(
  prisma: Pick<Prisma, '$queryRaw'>,
  serverId: string,
): Promise<string[]> {
  const rows = await prisma.$queryRaw<{ name: string }[]>`
    select name from pair where exists (
      select from jsonb_array_elements(hooks) as hook where hook -> 'call' ->> 'serverId' = ${serverId})
    order by name`;
  return rows.map((row) => row.name);
}

/** Stored secrets that a pair's hooks send. */
export const hookSecrets = (column: unknown): string[] =>
  hooksOf(column).flatMap(({ call }) =>
    call.kind === 'http' && call.tokenSecretId !== null ? [call.tokenSecretId] : [],
  );
