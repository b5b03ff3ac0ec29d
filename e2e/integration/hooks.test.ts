import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '#server/domain/secret.ts';
import type { HookMoment } from '#server/domain/change-hook.ts';
import type { OperationView } from '#server/domain/operation-view.ts';
import type { HookDraft } from '#server/services/services.ts';
import { LAB_BIN_DIRECTORY } from '#e2e/lab/processes/lab-postgres.ts';
import { SHOP_PASSWORD, SHOP_ROLE } from '#e2e/lab/processes/shop-sql.ts';
import { until } from './platform/until.ts';
import { ADA } from './tandem/start-tandem.ts';
import { startStreamingPair, type StreamingPair } from './tandem/streaming-pair.ts';

/**
 * An application and the program that starts and stops it, both on db1: it writes to the primary that
 * it was started with, notes every write that failed, and knows no other server.
 */
const application = (psql: string): string => `#!/bin/sh
d="$HOME/app"; mkdir -p "$d"; echo "$1 $TANDEM_EVENT $TANDEM_PAIR $TANDEM_OLD_PRIMARY $TANDEM_NEW_PRIMARY" >> "$d/called"
address=\${2:-$TANDEM_NEW_PRIMARY_ADDRESS}
case "$1" in
start)
  echo "$address" > "$d/address"
  setsid sh -c 'while :; do PGCONNECT_TIMEOUT=2 PGPASSWORD=${SHOP_PASSWORD} ${psql} -h "$1" -p "$2" -U ${SHOP_ROLE} -d shop -qXc "INSERT INTO app_log (server) VALUES (inet_server_addr() || chr(58) || inet_server_port())" 2>>"$0/errors"; sleep 0.05; done' "$d" "\${address%:*}" "\${address##*:}" >/dev/null 2>&1 </dev/null &
  echo $! > "$d/pid" ;;
stop)
  read -r pid < "$d/pid"; kill -s TERM -- "-$pid"; while kill -s 0 -- "-$pid" 2>/dev/null; do sleep 0.02; done ;;
status) read -r pid < "$d/pid" && kill -s 0 "$pid" ;;
refuse) echo "the shop will not stop" >&2; exit 3 ;;
esac
`;

let pair: StreamingPair;
let program: string;
let web: Server;
let requests: { url: string; authorization: string; body: string }[] = [];
/** Open answers of the path /hang. */
const url = (path: string): string => `http://127.0.0.1:${(web.address() as AddressInfo).port}${path}`;

beforeAll(async () => {
  pair = await startStreamingPair();
  const { db1 } = pair.nodes;
  program = `${db1.host.path('/home/dba')}/shopctl`;
  await db1.host.writeFile('/home/dba/shopctl', application(`${LAB_BIN_DIRECTORY}/psql`), {
    mode: 0o755,
    as: 'dba',
  });
  await db1.sql(
    'CREATE TABLE app_log (id bigserial, at timestamptz DEFAULT clock_timestamp(), server text)',
    'shop',
  );
  await db1.sql(`GRANT ALL ON app_log, app_log_id_seq TO ${SHOP_ROLE}`, 'shop');
  web = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      requests.push({ url: path, authorization: headers.authorization ?? '', body });
      if (path === '/hang') return;
      if (path === '/elsewhere') response.writeHead(307, { location: url('/target') }).end();
      else
        response.writeHead(path === '/bad' ? 500 : 200).end(`you sent ${headers.authorization ?? 'nothing'}`);
    });
  });
  await new Promise<void>((listening) => web.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  await pair?.nodes.db1.host.run(['sh', '-c', '"$HOME/shopctl" stop']);
  web?.closeAllConnections();
  web?.close();
  await pair?.stop();
});

const command = (moment: HookMoment, name: string, line: string, check: string | null = null): HookDraft => ({
  name,
  moment,
  timeoutSeconds: 15,
  veto: true,
  repeatable: false,
  call: { kind: 'shell', serverId: '', runAs: null, mode: 'command', line, check },
});
const request = (
  moment: HookMoment,
  name: string,
  path: string,
  change: Partial<HookDraft> = {},
): HookDraft => ({
  name,
  moment,
  timeoutSeconds: 2,
  veto: true,
  repeatable: false,
  call: { kind: 'http', method: 'POST', url: url(path), headers: [], body: null, checkUrl: null },
  ...change,
});

async function add(draft: HookDraft, token?: string): Promise<string> {
  const { services } = pair.tandem;
  const db1 = (await services.servers.list()).find((s) => s.name === 'db1');
  const call = draft.call.kind === 'shell' ? { ...draft.call, serverId: db1?.id ?? '' } : draft.call;
  const given =
    token === undefined ? { kind: 'none' as const } : { kind: 'new' as const, token: new Secret(token) };
  return services.hooks.save(pair.pairId, null, { ...draft, call }, given, ADA);
}

const onDb1 = async (script: string): Promise<string> =>
  (await pair.nodes.db1.host.run(['sh', '-c', script])).stdout.trim();
const failedWrites = () => onDb1('cat "$HOME/app/errors" 2>/dev/null');
const primaryNow = async () => {
  const { primary } = await pair.tandem.services.pairs.get(pair.pairId);
  return pair.nodes[primary.serverName === 'db1' ? 'db1' : 'db2'];
};
const rows = async () => Number(await (await primaryNow()).sql('SELECT count(*) FROM app_log', 'shop'));
const goesOn = async (): Promise<void> => {
  const before = await rows();
  await until('the application writes', 10_000, async () => (await rows()) > before + 3);
};
const factOf = (run: OperationView, step: string): string | undefined =>
  run.steps.find((s) => s.name === step)?.fact?.en;

beforeEach(async () => {
  requests = [];
  await pair.healthy();
  const node = await primaryNow();
  await onDb1(
    `rm -rf "$HOME/app"; "$HOME/shopctl" start ${node.host.address}:${node.location.port}; : > "$HOME/app/called"`,
  );
  await goesOn();
});
afterEach(async () => {
  await onDb1('"$HOME/shopctl" stop');
  const { hooks } = pair.tandem.services;
  for (const { id } of await hooks.list(pair.pairId)) await hooks.remove(pair.pairId, id, ADA);
});

describe('hooks on practice hosts', () => {
  it('stop an application before the outage and start it on the new primary: not one of its writes fails', async () => {
    const old = await primaryNow();
    await add(command('stop-application', 'Stop the shop', `${program} stop`, `${program} status`));
    await add(command('start-application', 'Start the shop', `${program} start`));
    await add(request('redirect', 'Tell the router', '/moved'), 'open-sesame');
    const look = await pair.assess('switchover', (a) => a.gates.some((g) => g.code === 'hooks-answer'));
    expect(look.gates.find((g) => g.code === 'hooks-answer')).toMatchObject({ state: 'ok' });
    const run = await pair.change('switchover');
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    await goesOn();
    expect(await failedWrites()).toBe('');
    const now = await primaryNow();
    expect(now).not.toBe(old);
    const [from, to] = [old, now].map((n) => `${n.host.name}`);
    expect(
      (await onDb1('cat "$HOME/app/called"')).split('\n').filter((l) => !l.startsWith('status')),
    ).toEqual([`stop stop-application shop ${from} ${to}`, `start start-application shop ${from} ${to}`]);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ url: '/moved', authorization: 'Bearer open-sesame' });
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
      event: 'redirect',
      pair: 'shop',
      newPrimary: to,
    });
    const kept = JSON.stringify([
      await pair.tandem.services.operations.log(run.id, 0, 1_000),
      run,
      await pair.tandem.prisma.operation.findUnique({
        where: { id: run.id },
        include: { attempts: { omit: { id: true, leaseToken: true } } },
        omit: { leaseToken: true },
      }),
    ]);
    expect(kept).toContain('you sent Bearer •••');
    expect(kept + pair.tandem.workerOutput()).not.toContain('open-sesame');
    const times = run.steps.map((s) => `${s.name} ${(s.finishedAtMs ?? 0) - (s.startedAtMs ?? 0)}`);
    process.stdout.write(`switchover with hooks: ${times.join(', ')}\n`);
  });

  it('leave a writable old primary with its traffic when one with a veto fails', async () => {
    const old = await primaryNow();
    await add(command('stop-application', 'Stop the shop', `${program} refuse`));
    const run = await pair.change('switchover');
    expect(run.status).toBe('undone');
    expect(run.problem).toMatchObject({ code: 'HOOK_FAILED', detail: 'exit code 3' });
    const log = await pair.tandem.services.operations.log(run.id, 0, 1_000);
    expect(log.map((line) => line.text).join('\n')).toContain('the shop will not stop');
    expect(await primaryNow()).toBe(old);
    await goesOn();
    expect(await failedWrites()).toBe('');
  });

  it('end a command at its time on its server, with what it said until then in the log of the run', async () => {
    const script = command(
      'stop-application',
      'Stop the shop',
      'echo "about to stop $TANDEM_PAIR"; sleep 60',
    );
    await add({
      ...script,
      timeoutSeconds: 1,
      call: { ...script.call, mode: 'script' } as HookDraft['call'],
    });
    const run = await pair.change('switchover');
    expect(run.status).toBe('undone');
    expect(run.problem?.detail).toBe('ended after its 1 s (exit code 124)');
    const log = await pair.tandem.services.operations.log(run.id, 0, 1_000);
    expect(log.map((line) => line.text).join('\n')).toContain('about to stop shop');
    expect(await onDb1('ps -eo args | grep -c "^sleep 6[0]"')).toBe('0');
    await goesOn();
    expect(await failedWrites()).toBe('');
  });

  it('end a request that hangs at its time, undo, and start the application again where it was', async () => {
    const old = await primaryNow();
    await add(command('stop-application', 'Stop the shop', `${program} stop`));
    await add(request('stop-application', 'Ask the router', '/hang'));
    await add(command('start-application', 'Start the shop', `${program} start`));
    const startedAt = performance.now();
    const run = await pair.change('switchover');
    expect(run.status).toBe('undone');
    expect(run.problem?.detail).toBe('no answer within its 2 s');
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(await primaryNow()).toBe(old);
    expect(await onDb1('cat "$HOME/app/address"')).toBe(`${old.host.address}:${old.location.port}`);
    await goesOn();
    expect(await failedWrites()).toBe('');
  });

  it('ask at the end, with the pair whole, and call again when a person retries', async () => {
    const id = await add(request('redirect', 'Tell the router', '/bad'));
    const run = await pair.change('switchover');
    expect(run).toMatchObject({ status: 'needs-attention', committed: true });
    expect(factOf(run, 'redirect-1')).toBe('failed: status 500');
    await pair.healthy();
    expect(requests).toHaveLength(1);
    await pair.tandem.services.operations.retry(run.id, ADA);
    await until('it was called again', 15_000, () => requests.length === 2);
    const again = await pair.tandem.finished(run.id);
    expect(again.status).toBe('needs-attention');
    await pair.tandem.services.operations.close(run.id, 'done by hand', ADA);
    expect(id).not.toBe('');
  });

  it('do not follow a redirect, which could carry the token elsewhere', async () => {
    await add(request('redirect', 'Tell the router', '/elsewhere', { veto: false }), 'open-sesame');
    const run = await pair.change('switchover');
    expect(run.status).toBe('succeeded');
    expect(factOf(run, 'redirect-1')).toBe('failed: status 307: redirects are not followed');
    expect(requests.map((r) => r.url)).toEqual(['/elsewhere']);
  });

  it('are called once although the worker is killed while they run', async () => {
    const slow = { ...command('stop-application', 'Stop the shop', `${program} stop`) };
    await add(slow);
    await add(command('start-application', 'Start the shop', `${program} start`));
    await pair.killWorkers();
    await pair.tandem.startWorker({ TANDEM_FAULT_POINTS: 'stop-application-1:after-effect=kill' });
    const id = await pair.start('switchover');
    await until('the worker is killed', 60_000, async () => {
      const { workerAlive, steps } = await pair.tandem.services.operations.get(id);
      return !workerAlive && steps.some((s) => s.name === 'stop-application-1' && s.attempt > 0);
    });
    await pair.tandem.startWorker();
    const run = await pair.tandem.finished(id, 120_000);
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    const called = await onDb1('cut -d" " -f1 "$HOME/app/called"');
    expect(called.split('\n')).toEqual(['stop', 'start']);
    await goesOn();
    expect(await failedWrites()).toBe('');
  });

  it('redirect and start an application after an emergency failover, which waits for none of them before', async () => {
    await onDb1('"$HOME/shopctl" stop');
    await add(command('stop-application', 'Stop the shop', `${program} stop`));
    await add(request('redirect', 'Tell the router', '/moved'));
    await add(command('start-application', 'Start the shop', `${program} start`));
    const old = await primaryNow();
    await old.kill();
    const run = await pair.change('failover');
    expect(run.problem).toBeNull();
    expect(run.status).toBe('succeeded');
    expect(await primaryNow()).not.toBe(old);
    await goesOn();
    expect(await onDb1('cut -d" " -f1 "$HOME/app/called"')).toBe('stop\nstart');
    expect(requests.map((r) => r.url)).toEqual(['/moved']);
    const steps = run.steps.map((s) => s.name);
    expect(steps.filter((name) => name.startsWith('stop-application'))).toEqual([]);
    expect((await pair.change('rejoin')).status).toBe('succeeded');
  });

  it('are only tried by a check, which says truthfully how far', async () => {
    await add(command('stop-application', 'Stop the shop', `${program} stop`, `${program} status`));
    await add(command('redirect', 'Not tried', `${program} start`));
    await add(command('start-application', 'Not there', '/no/such/program'));
    await add(request('redirect', 'Reached', '/moved'));
    const { hooks } = pair.tandem.services;
    const run = await pair.tandem.finished(await hooks.check(pair.pairId, null, ADA));
    const looks = await hooks.checked(run.id);
    expect(looks?.map((l) => [l.name, l.check.state])).toEqual([
      ['Stop the shop', 'answers'],
      ['Not tried', 'reachable'],
      ['Not there', 'fails'],
      ['Reached', 'reachable'],
    ]);
    expect(requests).toEqual([]);
    expect(await onDb1('cut -d" " -f1,2 "$HOME/app/called"')).toBe('status check');
    const look = await pair.assess('switchover', (a) => a.readiness === 'not-ready');
    expect(look.gates.find((g) => g.code === 'hooks-answer')?.state).toBe('blocking');
  });
});
