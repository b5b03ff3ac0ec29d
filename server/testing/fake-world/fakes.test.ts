import { hostFilesContract } from '#server/testing/contract/host-files.contract.ts';
import { postgresRuntimeContract } from '#server/testing/contract/postgres-runtime.contract.ts';
import { TestClock } from '#server/testing/test-clock.ts';
import { FakeHost } from './fake-host.ts';
import { FakePairWorld } from './fake-pair-world.ts';

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
