import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createPrisma, type Prisma } from '#server/adapters/store/prisma-client.ts';
import { startEmbeddedPostgres } from '#server/launcher/embedded/embedded-postgres.ts';
import { layControlDatabase } from './control-database-template.ts';

export interface TestDatabase {
  databaseUrl: string;
  prisma: Prisma;
  stateDirectory: string;
  remove(): Promise<void>;
}

/** A control database of its own, migrated; `remove()` leaves nothing behind. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const stateDirectory = await mkdtemp(path.join(os.tmpdir(), 'tandem-test-'));
  await layControlDatabase(stateDirectory);
  const embedded = await startEmbeddedPostgres(stateDirectory);
  const prisma = createPrisma(embedded.databaseUrl, { poolSize: 5 });
  return {
    databaseUrl: embedded.databaseUrl,
    prisma,
    stateDirectory,
    remove: async () => {
      await prisma.$disconnect();
      await embedded.stop();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
}
