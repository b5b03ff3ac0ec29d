import { hostFilesContract } from '#server/testing/contract/host-files.contract.ts';
import { poolerContract } from '#server/testing/contract/pooler.contract.ts';
import { postgresRuntimeContract } from '#server/testing/contract/postgres-runtime.contract.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { FakeHost } from './fake-host.ts';
import { FakePairWorld } from './fake-pair-world.ts';
import { FakePooler } from './fake-routes.ts';

const host = new FakeHost('db1', '10.0.0.1');
host.putDirectory('/srv/postgres');
hostFilesContract('fake', () => ({ files: host, directory: '/srv/postgres', owner: 'postgres' }));

const runtime = new FakePairWorld(new TestClock()).postgres.db1;
postgresRuntimeContract(
  'fake',
  () => ({ runtime, restoreRunning: () => runtime.start() }),
  // The model knows roles, slots and settings through PostgresAdmin; it parses no SQL.
  { sql: false },
);

const pooler = new FakePooler();
poolerContract('fake', () => ({
  pooler,
  database: 'shop',
  from: { host: '10.0.0.1', port: 5432 },
  to: { host: '10.99.99.99', port: 5433 },
  beginTransaction: () => {
    pooler.busy = true;
    return Promise.resolve(() => {
      pooler.busy = false;
      return Promise.resolve();
    });
  },
  edit: (text) => {
    pooler.text = text;
    return Promise.resolve();
  },
}));
