import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import type { RoleGrant } from '#server/ports/postgres-admin.ts';
import { scramVerifier } from '../../scram-verifier.ts';
import { within, type PairWorld } from '../../pair-world.ts';
import type { StepContext } from '#server/engine/define-operation.ts';

export interface RoleToCreate {
  name: string;
  secretId: string;
  salt: string;
}

interface RoleStep<Input> {
  name: string;
  purpose: Text;
  grants: readonly RoleGrant[];
  role: (input: Input) => RoleToCreate;
  primaryName: (input: Input) => string;
  skip?: (input: Input) => boolean;
}

const STATEMENTS = {
  replication: (role: string) => `ALTER ROLE ${role} WITH REPLICATION;`,
  rewind: (role: string) =>
    `GRANT EXECUTE ON FUNCTION pg_ls_dir(text, boolean, boolean), pg_stat_file(text, boolean), pg_read_binary_file(text), pg_read_binary_file(text, bigint, bigint, boolean) TO ${role};`,
  monitor: (role: string) => `GRANT pg_monitor TO ${role};`,
} as const satisfies Record<RoleGrant, (role: string) => string>;

/** A login role with a generated password, sent as a SCRAM verifier in a session that logs nothing. */
export function createRole<Observation, Input>(
  o: RoleStep<Input>,
): MutationStep<PairWorld, Observation, Input> {
  return {
    kind: 'mutation',
    name: o.name,
    group: 'changes-primary',
    server: (c) => o.primaryName(c.input),
    ...(o.skip === undefined ? {} : { skip: o.skip }),
    explain: (c) =>
      text(
        `Create the role ${o.role(c.input).name}: ${o.purpose.en}`,
        `Die Rolle ${o.role(c.input).name} anlegen: ${o.purpose.de}`,
      ),
    actions: (c) => {
      const { name } = o.role(c.input);
      const create = `CREATE ROLE ${name} WITH LOGIN PASSWORD 'SCRAM-SHA-256$…';`;
      const statement = [create, ...o.grants.map((g) => STATEMENTS[g](name))].join('\n');
      return [{ type: 'sql', server: o.primaryName(c.input), statement }];
    },
    expectedMs: () => 300,
    needs: [],
    isDone: async (c) => {
      const role = o.role(c.input);
      const facts = await c.world.primary.admin.role(role.name, within(c));
      if (facts === null) return 'not-done';
      const expected = await verifierOf(c, role);
      const same = facts.verifier?.reveal() === expected.reveal() && !facts.superuser;
      if (same && o.grants.every((g) => facts.grants.includes(g))) return 'done';
      return same ? 'not-done' : { conflict: foreignRole(role.name) };
    },
    do: async (c) => {
      const role = o.role(c.input);
      await c.world.primary.admin.createRole(role.name, await verifierOf(c, role), o.grants, within(c));
    },
    fact: () => o.purpose,
    undo: {
      explain: (c) =>
        text(`Drop the role ${o.role(c.input).name}.`, `Die Rolle ${o.role(c.input).name} löschen.`),
      isDone: async (c) =>
        (await c.world.primary.admin.role(o.role(c.input).name, within(c))) === null ? 'done' : 'not-done',
      do: (c) => c.world.primary.admin.dropRole(o.role(c.input).name, within(c)),
    },
    timeouts: { doMs: 20_000, settleMs: 10_000 },
    retry: RETRY.transientOnly,
  };
}

async function verifierOf<I>(
  c: StepContext<PairWorld, I>,
  role: RoleToCreate,
): Promise<ReturnType<typeof scramVerifier>> {
  return scramVerifier(await c.world.secret(role.secretId), role.salt);
}

function foreignRole(name: string): ReturnType<AppError['toProblem']> {
  return new AppError('WORLD_CHANGED', {
    message: `a role ${name} exists that Tandem did not make`,
    hint: `Rename or drop the role ${name}, then retry.`,
    data: { role: name },
  }).toProblem();
}
