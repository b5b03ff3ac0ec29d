import { AppError } from '#server/errors/app-error.ts';
import * as z from 'zod';
import { RETRY, type MutationStep, type WaitStep } from '#server/engine/define-operation.ts';
import type { Secret } from '#server/domain/secret.ts';
import { text } from '#server/domain/text.ts';
import type { RoleGrant } from '#server/ports/postgres-admin.ts';
import { scramVerifier } from '../../scram-verifier.ts';
import { within } from '../../pair-world.ts';
import { droppedRoles, dropsRole, type RemoveInput } from '../input.ts';
import type { RemoveObservation } from '../observation.ts';
import type { RemoveContext, RemoveWorld } from '../world.ts';

type Which = keyof RemoveInput['roles'];
type Role = NonNullable<RemoveInput['roles'][Which]>;

const zRemembered = z.object({ grants: z.array(z.enum(['replication', 'rewind', 'monitor'])) });
const NO_ROLE = { name: '', secretId: '', salt: '' };
const roleOf = (input: RemoveInput, which: Which): Role => input.roles[which] ?? NO_ROLE;

async function verifierOf(c: RemoveContext, role: Role): Promise<Secret> {
  return scramVerifier(await c.world.secret(role.secretId), role.salt);
}

/** Takes a login role of ours away; one whose password is not the one we gave is not ours. */
export function dropRole(which: Which): MutationStep<RemoveWorld, RemoveObservation, RemoveInput> {
  const facts = (c: RemoveContext) => c.world.primary.admin.role(roleOf(c.input, which).name, within(c));
  return {
    kind: 'mutation',
    name: `drop-${which}-role`,
    group: 'changes-primary',
    server: (c) => c.input.primary.serverName,
    skip: (input) => !dropsRole(input, which),
    explain: (c) =>
      text(
        `Drop the role ${roleOf(c.input, which).name}, which Tandem made.`,
        `Die Rolle ${roleOf(c.input, which).name} löschen, die Tandem angelegt hat.`,
      ),
    actions: (c) => {
      const { name } = roleOf(c.input, which);
      const statement = `DROP OWNED BY ${name};\nDROP ROLE ${name};`;
      return [{ type: 'sql', server: c.input.primary.serverName, statement }];
    },
    expectedMs: () => 200,
    needs: [],
    isDone: async (c) => {
      const found = await facts(c);
      if (found === null) return 'done';
      const ours = await verifierOf(c, roleOf(c.input, which));
      if (found.verifier?.reveal() === ours.reveal() && !found.superuser) return 'not-done';
      return { conflict: notOurs(roleOf(c.input, which).name) };
    },
    remember: async (c) => ({ grants: (await facts(c))?.grants ?? [] }),
    do: (c) => c.world.primary.admin.dropRole(roleOf(c.input, which).name, within(c)),
    undo: {
      explain: (c) =>
        text(
          `Create the role ${roleOf(c.input, which).name} again with its password.`,
          `Die Rolle ${roleOf(c.input, which).name} mit ihrem Passwort wieder anlegen.`,
        ),
      isDone: async (c, raw) => {
        const found = await facts(c);
        const wanted: RoleGrant[] = zRemembered.parse(raw).grants;
        return found !== null && wanted.every((grant) => found.grants.includes(grant)) ? 'done' : 'not-done';
      },
      do: async (c, raw) => {
        const role = roleOf(c.input, which);
        const { grants } = zRemembered.parse(raw);
        await c.world.primary.admin.createRole(role.name, await verifierOf(c, role), grants, within(c));
      },
    },
    timeouts: { doMs: 20_000, settleMs: 10_000 },
    retry: RETRY.transientOnly,
  };
}

/** The standby hears of it through replication; afterwards it could not be told any more. */
export const waitRolesGone: WaitStep<RemoveWorld, RemoveInput> = {
  kind: 'wait',
  name: 'wait-roles-gone',
  group: 'proves',
  server: (c) => c.input.standby.serverName,
  skip: (input) => droppedRoles(input).length === 0,
  explain: (c) =>
    text(
      `Wait until the roles are gone on ${c.input.standby.serverName} as well.`,
      `Warten, bis die Rollen auch auf ${c.input.standby.serverName} fort sind.`,
    ),
  expectedMs: () => 500,
  isDone: async (c) => {
    for (const name of droppedRoles(c.input))
      if ((await c.world.standby.admin.role(name, within(c))) !== null) return 'not-done';
    return 'done';
  },
  timeouts: { settleMs: 60_000 },
};

function notOurs(name: string): ReturnType<AppError['toProblem']> {
  return new AppError('WORLD_CHANGED', {
    message: `the role ${name} is not as Tandem made it`,
    hint: `Its password or rights were changed: drop it by hand if nobody needs it, then retry; or leave the servers as they are.`,
    data: { role: name },
  }).toProblem();
}
