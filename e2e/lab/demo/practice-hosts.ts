import path from 'node:path';
import { startLab } from '#e2e/lab/processes/start-lab.ts';
import type { DemoHosts } from './demo-hosts.ts';
import { underLoad } from './under-load.ts';

/** Hosts made of processes: a streaming pair under load, a second primary, an empty server. */
export async function startPracticeHosts(dir: string): Promise<DemoHosts> {
  const lab = await startLab({
    dir,
    cacheDir: path.resolve(dir, '../cache'),
    hosts: ['db1', 'db2', 'db3', 'db4'].map((name) => ({ name })),
  });
  return underLoad(lab, async () => {
    const [pair, single] = await Promise.all([
      lab.createReplicatingPair('db1', 'db2', { shopDatabaseMb: 200 }),
      lab.createPrimary('db3', { name: 'billing', shopDatabaseMb: 40 }),
    ]);
    const said =
      'db1 and db2 are the pair "shop" under load; db3 is a primary without a standby, db4 is empty.';
    return { pair, single, said };
  });
}
