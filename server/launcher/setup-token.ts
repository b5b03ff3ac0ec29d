import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { createIdentityRows } from '#server/adapters/store/identity-rows.ts';
import type { Prisma } from '#server/adapters/store/prisma-client.ts';
import type { Config } from '#server/config/config.ts';

/** The token for the first-run page; null = none is needed, or the installation is claimed. */
export async function chooseSetupToken(config: Config, prisma: Prisma): Promise<string | null> {
  if (!config.setupTokenRequired) return null;
  if (await createIdentityRows(prisma, systemIds.newId).isClaimed()) return null;
  return config.setupToken ?? systemIds.randomText(18);
}
