import { passfilePath } from '#server/domain/own-files.ts';
import { text } from '#server/domain/text.ts';
import type { ReadStep, WaitStep } from '#server/engine/define-operation.ts';
import type { ReplicationTry } from '#server/ports/postgres-admin.ts';
import { within } from '../../pair-world.ts';
import { otherSide, type EncryptInput, type Side } from '../input.ts';
import { materialOf, pathOn, type EncryptContext, type EncryptWorld } from '../world.ts';
import * as z from 'zod';

/** From one node to the other, with the role and the passfile of replication. */
function tryFrom(
  c: EncryptContext,
  from: Side,
  tls: { authority: string; name?: string } | 'off',
): Promise<ReplicationTry> {
  const target = c.input[otherSide(from)];
  return c.world[from].network.replication({
    ...within(c, 10_000),
    host: target.address,
    port: target.location.port,
    user: c.input.replicationRole,
    passfile: passfilePath(c.input[from].location.dataDirectory),
    tls,
  });
}

/** Nobody is sent over TLS before a verified connection was seen; the way back counts too. */
export function tlsAnswers(from: Side): WaitStep<EncryptWorld, EncryptInput> {
  return {
    kind: 'wait',
    name: `verified-from-${from}`,
    group: 'proves',
    server: (c) => c.input[from].serverName,
    explain: (c) =>
      text(
        `Connect from ${c.input[from].serverName} to ${c.input[otherSide(from)].address} with sslmode=verify-full.`,
        `Von ${c.input[from].serverName} aus mit sslmode=verify-full zu ${c.input[otherSide(from)].address} verbinden.`,
      ),
    expectedMs: () => 500,
    isDone: async (c) => {
      const { name } = materialOf(c.input)[otherSide(from)];
      const authority = pathOn(c.input, from, 'authority');
      const found = await tryFrom(c, from, name === null ? { authority } : { authority, name });
      if (found.result === 'ok') return 'done';
      c.log(`not yet: ${found.result} ${'detail' in found ? found.detail : ''}`);
      return 'not-done';
    },
    timeouts: { settleMs: 30_000, pollMs: 500 },
  };
}

const zTried = z.object({ result: z.string() });

/** What a connection in clear text gets now; a rule of somebody else may still let it in, which is said. */
export const clearTextIsRefused: ReadStep<EncryptWorld, EncryptInput> = {
  kind: 'read',
  name: 'try-clear-text',
  group: 'proves',
  server: (c) => c.input.standby.serverName,
  explain: (c) =>
    text(
      `Try from ${c.input.standby.serverName} what a connection without encryption gets now.`,
      `Von ${c.input.standby.serverName} aus versuchen, was eine Verbindung ohne Verschlüsselung jetzt bekommt.`,
    ),
  expectedMs: () => 300,
  timeoutMs: 20_000,
  read: async (c) => ({ result: (await tryFrom(c, 'standby', 'off')).result }),
  fact: (output) =>
    zTried.parse(output).result === 'ok'
      ? text(
          'still let in: another rule of pg_hba.conf allows it',
          'weiterhin erlaubt: Eine andere Regel in pg_hba.conf lässt sie zu',
        )
      : text('refused', 'abgelehnt'),
};
