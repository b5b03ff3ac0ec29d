import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { adopt } from '#e2e/integration/tandem/adopt.ts';
import { ADA, startTandem, type TestTandem } from '#e2e/integration/tandem/start-tandem.ts';
import { actingOn, type StreamingPair } from '#e2e/integration/tandem/streaming-pair.ts';
import { tellLastRuns } from '#e2e/integration/tandem/tell-last-runs.ts';
import { createGuidePair, type ContainerPostgres } from '#e2e/lab/containers/create-guide-pair.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { until } from '#e2e/lab/processes/until.ts';

const FOLDER = '/home/mgserver/mgserver';
const FILE = `${FOLDER}/docker-compose-primary.yml`;
const PLACE = '/var/lib/postgresql/data';
/** What somebody wrote into the guide's file: it keeps Tandem from encrypting. */
const MORE = '      -c hot_standby=on\n      -c ssl=off\n      -c work_mem=5MB\n';

/** What a host's own packages bring: the standalone docker-compose of Python, or the plugin of Docker's client. */
describe.each([
  ['PostgreSQL 15 and Compose 1', 'bookworm'],
  ['PostgreSQL 17 and Compose 2', 'trixie'],
] as const)('hosts with %s', (_, suite) => {
  let lab: ServerLab;
  let tandem: TestTandem;
  let primary: ContainerPostgres;
  let db1: string;
  let pairId: string;
  let acting: Pick<StreamingPair, 'assess' | 'change' | 'healthy'>;

  beforeAll(async () => {
    [lab, tandem] = await Promise.all([
      startServers([
        { name: 'db1', suite, docker: true, sudo: 'none' },
        { name: 'db2', suite, docker: true },
      ]),
      startTandem(),
    ]);
    ({ primary } = await createGuidePair(lab, { mended: true }));
    const { host } = primary;
    await host.writeFile(FILE, (await file()).replace('      -c hot_standby=on\n', MORE));
    await host.require(['chmod', '664', FILE]);
    await primary.compose('up', '-d');
    const streams = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";
    await until('the standby streams', async () => (await primary.sql(streams).catch(() => '')) === '1', {
      timeoutMs: 60_000,
    });
    await tandem.startWorker();
    [db1] = await Promise.all([tandem.addServer(lab, 'db1'), tandem.addServer(lab, 'db2')]);
    const { pair } = await adopt(tandem, { name: 'shop', primaryServerId: db1, primaryDataDirectory: PLACE });
    pairId = pair.id;
    acting = actingOn(tandem, pairId);
    await acting.healthy();
  }, 600_000);

  afterAll(async () => {
    await tandem?.stop();
    await lab?.stop();
  });
  afterEach(({ task }) => tellLastRuns(tandem, task));

  const file = async (path = FILE): Promise<string> => (await primary.host.require(['cat', path])).stdout;
  const beside = async (): Promise<string[]> =>
    (await primary.host.require(['ls', FOLDER])).stdout
      .split('\n')
      .filter((name) => name.includes('.tandem-'));
  const inspect = (format: string): Promise<string> =>
    primary.docker('inspect', '-f', format, primary.container);
  const IDENTITY = '{{.Id}} {{.Image}} {{.HostConfig.RestartPolicy.Name}} {{.State.Status}}';

  async function plan(names: string[] | null) {
    const key = crypto.randomUUID();
    const ask = () => tandem.services.releases.plan({ serverId: db1, place: PLACE, names }, key, ADA);
    await until('the plan is made', async () => (await ask()).state !== 'making', { timeoutMs: 60_000 });
    const answer = await ask();
    if (answer.state !== 'ready') throw new Error(JSON.stringify(answer));
    return answer;
  }

  const start = ({ planId, plan: { hash } }: Awaited<ReturnType<typeof plan>>): Promise<string> =>
    tandem.services.releases.start({ planId, planHash: hash }, ADA);

  /** Writes one row after the other until `stop`, and answers the longest time without one, ms. */
  function keepWriting() {
    let goes = true;
    let [last, longest] = [performance.now(), 0];
    const done = (async () => {
      while (goes) {
        const isWritten = await primary.sql('INSERT INTO written DEFAULT VALUES').then(
          () => true,
          () => false,
        );
        if (!isWritten) continue;
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }
    })();
    return {
      stop: async () => {
        goes = false;
        await done;
        return longest;
      },
    };
  }

  const settings = (): Promise<string> =>
    primary.sql(`SELECT name, setting, source FROM pg_settings
    WHERE name IN ('wal_level', 'max_wal_senders', 'max_replication_slots', 'hot_standby', 'ssl', 'work_mem', 'hba_file') ORDER BY 1`);

  test('what the command line gives is named, with the way to take it off', async () => {
    const look = await acting.assess('prepare');
    const gate = look.gates.find((g) => g.code === 'settings-on-command-line' && g.server === 'db1');
    expect(gate?.detail.en).toContain('max_wal_senders');
    expect(gate?.fix?.en).toContain('release-settings');
    const run = await acting.change('prepare', { way: 'least' });
    expect(run.problem).toBeNull();
    await until('encrypting is refused for ssl on the command line', async () => {
      const { assessment } = await tandem.services.changes.assess(pairId, 'encrypt', null);
      const found = assessment?.gates.find((g) => g.code === 'may-be-set-primary' && g.state === 'blocking');
      return found?.detail.en.includes('ssl') === true;
    });
  }, 200_000);

  test('a run that is stopped in the outage gives the old file and the old container back', async () => {
    const [text, before] = [await file(), await settings()];
    const made = await plan(null);
    expect(made.plan.gates.filter((g) => g.state !== 'ok').map((g) => `${g.code}: ${g.detail.en}`)).toEqual([
      expect.stringMatching(/^outage-is-named: /),
    ]);
    const id = await start(made);
    await until(
      'it is stopped',
      async () =>
        (await tandem.services.operations.get(id)).steps.some(
          (s) => s.name === 'stop-server' && s.state === 'done',
        ),
      { timeoutMs: 120_000 },
    );
    await tandem.services.operations.cancel(id, ADA);
    const run = await tandem.finished(id, 200_000);
    expect(run.status).toBe('undone');
    expect(await file()).toBe(text);
    expect(await beside()).toEqual([]);
    expect(await settings()).toBe(before);
    await acting.healthy();
  }, 400_000);

  test('values move, the old file stays beside the new one, and writes pause once', async () => {
    await primary.sql('CREATE TABLE written (at timestamptz DEFAULT now())');
    const [text, before, was] = [await file(), await settings(), (await inspect(IDENTITY)).split(' ')];
    const made = await plan(null);
    expect(made.choices.filter((c) => c.chosen).map((c) => c.name)).toEqual([
      'hot_standby',
      'max_replication_slots',
      'max_wal_senders',
      'ssl',
      'wal_level',
    ]);
    expect(JSON.stringify(made.plan)).not.toContain('SicheresPasswort');
    const writer = keepWriting();
    const run = await tandem.finished(await start(made), 200_000);
    const gap = await writer.stop();
    const times = run.steps
      .map((s) => `${s.name} ${(s.finishedAtMs ?? 0) - (s.startedAtMs ?? 0)}`)
      .join(', ');
    process.stdout.write(`release-settings: no write for ${Math.round(gap)} ms (${times})\n`);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    expect(gap).toBeLessThan(30_000);
    const gone = /^ {6}-c (wal_level|max_wal_senders|max_replication_slots|hot_standby|ssl)=.*\n/gm;
    expect(await file()).toBe(text.replaceAll(gone, ''));
    const [kept = ''] = await beside();
    expect(await file(`${FOLDER}/${kept}`)).toBe(text);
    const modes = await primary.host.require(['stat', '-c', '%a %U', FILE, `${FOLDER}/${kept}`]);
    const [one, two] = modes.stdout.trim().split('\n');
    expect(one).toMatch(/^664 /);
    expect(two).toBe(one);
    const now = (await inspect(IDENTITY)).split(' ');
    expect(now[0]).not.toBe(was[0]);
    expect(now.slice(1)).toEqual(was.slice(1));
    const values = (rows: string): string => rows.replaceAll(/\|[^|\n]*$/gm, '');
    expect(values(await settings())).toBe(values(before));
    expect(await settings()).toMatch(/ssl\|off\|configuration file/);
    expect(await settings()).toMatch(/work_mem\|5120\|command line/);
    await acting.healthy();
  }, 400_000);

  test('the refused plan goes through now, and Compose finds nothing to do', async () => {
    const run = await acting.change('encrypt');
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    const before = await inspect(IDENTITY);
    await primary.compose('up', '-d');
    expect(await inspect(IDENTITY)).toBe(before);
    expect(await primary.sql('SHOW ssl')).toBe('on');
    await acting.healthy();
  }, 300_000);
});
