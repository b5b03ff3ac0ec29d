import { AppError } from '#server/errors/app-error.ts';
import type { PostgresAdmin } from '#server/ports/postgres-admin.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { PlanningWorld } from '../host-access.ts';
import type { SetupInput } from '../setup-standby/input.ts';

/** A role name that nobody has: others' roles are never taken over. */
export async function freeRoleName(admin: PostgresAdmin, base: string, wait: Wait): Promise<string> {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? base : `${base}_${n}`;
    if ((await admin.role(name, wait)) === null) return name;
  }
}

/** A free role with a salt for its verifier. The password is made at approval. */
export async function freeRole(
  world: PlanningWorld,
  admin: PostgresAdmin,
  base: string,
  wait: Wait,
): Promise<SetupInput['roles']['monitor']> {
  const salt = Buffer.from(world.ids.randomText(16), 'base64url').subarray(0, 16).toString('base64');
  return { name: await freeRoleName(admin, base, wait), secretId: '', salt };
}

/** Rejects NAME_TAKEN when a pair of this name is watched already. */
export async function requireFreePairName(world: PlanningWorld, name: string): Promise<void> {
  if (!(await world.pairNameIsTaken(name))) return;
  throw new AppError('NAME_TAKEN', {
    message: `name: a pair called ${name} exists already`,
    hint: 'Choose another name.',
    data: { field: 'name' },
  });
}
