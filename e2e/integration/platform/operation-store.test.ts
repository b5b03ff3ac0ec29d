import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { PrismaOperationStore } from '#server/adapters/store/operation-store.ts';
import { operationStoreContract } from '#server/testing/contract/operation-store.contract.ts';
import { startTestDatabase, type TestDatabase } from './control-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.remove());

// Leases are counted by the clock of the control database: passing time is all that can be done here.
operationStoreContract('control database', () => ({
  store: new PrismaOperationStore(database.prisma),
  elapse: (ms) => delay(ms),
}));
