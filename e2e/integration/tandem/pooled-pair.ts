import { Secret } from '#server/domain/secret.ts';
import { CONSOLE_PASSWORD, CONSOLE_USER, LabPgbouncer } from '#e2e/lab/processes/lab-pgbouncer.ts';
import { SHOP_PASSWORD, SHOP_ROLE } from '#e2e/lab/processes/shop-sql.ts';
import { ADA } from './start-tandem.ts';
import { startStreamingPair, type StreamingPair } from './streaming-pair.ts';

/** A pair whose applications write through a PgBouncer on a host of its own, which Tandem knows. */
export async function startPooledPair(
  o: Parameters<typeof startStreamingPair>[0] = {},
): Promise<{ pair: StreamingPair; pool: LabPgbouncer; routeId: string; at: { host: string; port: number } }> {
  const pair = await startStreamingPair({ ...o, moreHosts: ['app'] });
  try {
    const pool = new LabPgbouncer(pair.lab.host('app'));
    await pool.start(pair.nodes.db1);
    const serverId = await pair.tandem.addServer(pair.lab, 'app');
    const at = { host: pool.host.address, port: pool.port };
    const routeId = await pair.tandem.services.clients.saveRoute(
      pair.pairId,
      null,
      {
        kind: 'pgbouncer',
        name: 'shop pool',
        ...at,
        serverId,
        probeServerId: null,
        console: { socketDirectory: null, port: pool.port, user: CONSOLE_USER },
        databases: ['shop'],
        configPath: pool.configPath,
        login: { user: SHOP_ROLE, database: 'shop' },
      },
      { console: new Secret(CONSOLE_PASSWORD), login: new Secret(SHOP_PASSWORD) },
      ADA,
    );
    return { pair, pool, routeId, at };
  } catch (error) {
    await pair.stop();
    throw error;
  }
}
