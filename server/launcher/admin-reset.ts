import { existsSync } from 'node:fs';
import { hashPassword } from '#server/adapters/auth/hash-password.ts';
import { systemIds } from '#server/adapters/clock/system-ids.ts';
import { createIdentityRows } from '#server/adapters/store/identity-rows.ts';
import { createPrisma } from '#server/adapters/store/prisma-client.ts';
import { readConfig } from '#server/config/config.ts';
import { Secret } from '#server/domain/secret.ts';
import { startEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { printProblem } from './print-problem.ts';

/**
 * `npm run admin:reset` gives the administrator a new generated password and ends all sessions.
 * Whoever may run it on this machine may do so; it works whether Tandem runs or not.
 */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = readConfig(process.env);
  if (config.databaseUrl !== undefined) return resetIn(config.databaseUrl);
  const embedded = await startEmbeddedPostgres(config.stateDirectory);
  try {
    await resetIn(embedded.databaseUrl);
  } finally {
    // Taken over = a running Tandem's own.
    if (embedded.started === 'new') await embedded.stop();
  }
}

async function resetIn(databaseUrl: string): Promise<void> {
  const prisma = createPrisma(databaseUrl, { poolSize: 1, applicationName: 'tandem admin:reset' });
  try {
    const password = systemIds.randomText(15);
    const rows = createIdentityRows(prisma, systemIds.newId);
    const email = await rows.resetPassword(await hashPassword(new Secret(password)));
    if (email === null) console.log('Nobody has claimed this installation yet: open it in a browser.');
    else console.log(`New password of ${email}: ${password}\nAll sessions have ended.`);
  } finally {
    await prisma.$disconnect();
  }
}

try {
  await main();
} catch (error) {
  printProblem(error);
  process.exitCode = 1;
}
