import { afterAll, beforeAll, expect, test } from 'vitest';
import { adopt } from '#e2e/integration/tandem/adopt.ts';
import { startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { actingOn } from '#e2e/integration/tandem/streaming-pair.ts';
import { createGuidePair, type ContainerPostgres } from '#e2e/lab/containers/create-guide-pair.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { until } from '#e2e/lab/processes/until.ts';

let lab: ServerLab;
let tandem: TestTandem;
let primary: ContainerPostgres;
let standby: ContainerPostgres;
let db1 = '';

beforeAll(async () => {
  [lab, tandem] = await Promise.all([
    startServers([
      { name: 'db1', docker: true },
      { name: 'db2', docker: true },
    ]),
    startTandem(),
  ]);
  ({ primary, standby } = await createGuidePair(lab));
  await tandem.startWorker();
  [db1] = await Promise.all([tandem.addServer(lab, 'db1'), tandem.addServer(lab, 'db2')]);
}, 600_000);

afterAll(async () => {
  await tandem?.stop();
  await lab?.stop();
});

test('each mistake of the guide’s own pair is named, and one plan mends it without an outage', async () => {
  const { pair, plan } = await adopt(tandem, {
    name: 'shop',
    primaryServerId: db1,
    primaryDataDirectory: '/var/lib/postgresql/data',
  });
  const named = (gates: typeof plan.gates) =>
    gates.flatMap((gate) => (gate.state === 'warning' ? [`${gate.code} ${gate.server ?? '-'}`] : []));
  const mistakes = [
    'replication-open-to-everybody db1',
    'databases-open-to-everybody db1',
    'slot-without-limit db1',
    'rewind-impossible db1',
    'configuration-not-read db1',
    'password-in-conninfo db2',
    'slot-without-limit db2',
    'rewind-impossible db2',
    'no-way-back db2',
    'limits-differ db2',
    'both-start-by-themselves -',
  ];
  expect(named(plan.gates)).toEqual(expect.arrayContaining(mistakes));
  const acting = actingOn(tandem, pair.id);
  await acting.healthy();
  const startedAt = await primary.sql('SELECT pg_postmaster_start_time()');
  const assessment = await acting.assess('prepare', (a) => a.plan !== null);
  expect(named(assessment.gates)).toEqual(expect.arrayContaining(mistakes));
  const run = await acting.change('prepare');
  expect(run.problem).toBeNull();
  expect(run.status).toBe('succeeded');
  expect(await primary.sql('SELECT pg_postmaster_start_time()')).toBe(startedAt);
  expect(await standby.sql('SHOW wal_log_hints')).toBe('on');
  for (const node of [primary, standby]) expect(await node.sql('SHOW max_slot_wal_keep_size')).not.toBe('-1');
  expect(await standby.sql('SHOW primary_conninfo')).not.toContain('password');
  const open = `SELECT count(*) FROM pg_hba_file_rules WHERE 'replication' = ANY (database) AND address = '0.0.0.0'`;
  expect(await primary.sql(open)).toBe('0');
  await acting.healthy();
  // With the change of roles the old primary starts anew, and can be rewound from then on.
  const change = await acting.change('switchover');
  expect(change.problem).toBeNull();
  await acting.healthy();
  await until(
    'the old primary has the setting',
    async () => (await primary.sql('SHOW wal_log_hints')) === 'on',
  );
}, 400_000);
