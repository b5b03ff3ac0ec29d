import path from 'node:path';
import { startLab, type Lab } from '#e2e/lab/processes/start-lab.ts';
import { startShopLoad, type ShopLoad } from '#e2e/lab/processes/start-shop-load.ts';
import type { LabPair } from '#e2e/lab/processes/create-replicating-pair.ts';
import type { LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';

export interface DemoHosts {
  lab: Lab;
  /** Streams already: db1 to db2. */
  pair: LabPair;
  /** On db3, without a standby; db4 is the empty server for it. */
  billing: LabPostgres;
  loads: ShopLoad[];
  stop(): Promise<void>;
}

/** The practice hosts of the demo: a streaming pair under load, a second primary, an empty server. */
export async function startDemoHosts(o: { dir: string; shopDatabaseMb?: number }): Promise<DemoHosts> {
  const lab = await startLab({
    dir: o.dir,
    cacheDir: path.resolve(o.dir, '../cache'),
    hosts: ['db1', 'db2', 'db3', 'db4'].map((name) => ({ name })),
  });
  try {
    const [pair, billing] = await Promise.all([
      lab.createReplicatingPair('db1', 'db2', { shopDatabaseMb: o.shopDatabaseMb ?? 200 }),
      lab.createPrimary('db3', { name: 'billing', shopDatabaseMb: 40 }),
    ]);
    const loads = [
      startShopLoad([pair.primary, pair.standby]),
      startShopLoad([billing], { ordersPerSecond: 10 }),
    ];
    const stop = async () => {
      await Promise.all(loads.map((load) => load.stop()));
      await lab.stop();
    };
    return { lab, pair, billing, loads, stop };
  } catch (thrown) {
    await lab.stop();
    throw thrown;
  }
}
