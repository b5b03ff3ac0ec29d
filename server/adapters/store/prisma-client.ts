import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.ts';

export type Prisma = PrismaClient;

export interface PrismaOptions {
  /** Connections kept at most. */
  poolSize?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
}

/** A client of the control database; connects with the first query. Call `$disconnect()` at the end. */
export function createPrisma(databaseUrl: string, o: PrismaOptions = {}): Prisma {
  const adapter = new PrismaPg({
    connectionString: databaseUrl,
    max: o.poolSize ?? 10,
    connectionTimeoutMillis: 5_000,
    application_name: o.applicationName ?? 'tandem',
  });
  return new PrismaClient({ adapter });
}
