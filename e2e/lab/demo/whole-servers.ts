import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createGuidePrimary } from '#e2e/lab/containers/create-guide-pair.ts';
import { replicateByHand } from '#e2e/lab/containers/create-server-pair.ts';
import { createCluster, createShop } from '#e2e/lab/containers/create-server-postgres.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import type { DemoHosts } from './demo-hosts.ts';
import { underLoad } from './under-load.ts';

/**
 * Hosts that are whole servers: a pair of Debian clusters that streams under load, the manual guide's
 * primary in a Docker container run by Compose, and a server with Docker and nothing else.
 */
export async function startWholeServers(dir: string): Promise<DemoHosts> {
  const lab = await startServers([
    { name: 'db1' },
    { name: 'db2' },
    { name: 'db3', docker: true },
    { name: 'db4', docker: true },
  ]);
  return underLoad(lab, async () => {
    await writeFile(path.join(dir, 'login-key'), lab.loginKey.privateKey, { mode: 0o600 });
    const [pair] = await Promise.all([debianPair(lab), guidePrimary(lab)]);
    const single = { host: lab.host('db3'), location: { port: 5432 } };
    const said =
      'db1 and db2 are the pair "shop" under load, each a Debian cluster; db3 has a primary in a Docker\n' +
      '  container without a standby, run by Compose as in the manual guide; db4 has Docker and is empty.';
    return { pair, single, said };
  });
}

async function debianPair(lab: ServerLab) {
  const [primary, standby] = await Promise.all([
    createCluster(lab.host('db1')),
    createCluster(lab.host('db2')),
  ]);
  return replicateByHand(primary, standby);
}

async function guidePrimary(lab: ServerLab): Promise<void> {
  await createShop(await createGuidePrimary(lab, { on: 'db3', mended: false }));
}
