import { createCluster, createShop, createUnit } from '#e2e/lab/containers/create-server-postgres.ts';
import {
  createGuidePrimary,
  likeGuidePrimary,
  type ContainerPostgres,
} from '#e2e/lab/containers/create-guide-pair.ts';
import type { ServerHost } from '#e2e/lab/containers/server-host.ts';
import { ServerPostgres } from '#e2e/lab/containers/server-postgres.ts';
import { startServers, type ServerLab } from '#e2e/lab/containers/start-servers.ts';
import { SHOP_ROLE } from '#e2e/lab/processes/shop-sql.ts';

export const GUIDE_RUNTIMES = ['debian', 'systemd', 'docker'] as const;
export type GuideRuntime = (typeof GUIDE_RUNTIMES)[number];

/** One server of the guide, whatever runs it. */
export interface GuideNode {
  host: ServerHost;
  location: { port: number };
  sql(text: string, database?: string): Promise<string>;
}

export interface GuideHosts {
  lab: ServerLab;
  /** The running primary on db1, with the practice shop. */
  primary: GuideNode;
  /** The server on db2 once it is there. */
  standby: GuideNode;
}

/** Fresh servers: db1, which speaks German, with a primary in use; db2 with PostgreSQL's programs and no data. */
export async function startGuideHosts(runtime: GuideRuntime): Promise<GuideHosts> {
  const docker = runtime === 'docker';
  const lab = await startServers([
    { name: 'db1', language: 'de', docker },
    { name: 'db2', docker },
  ]);
  try {
    return { lab, ...(await createNodes(lab, runtime)) };
  } catch (thrown) {
    await lab.stop();
    throw thrown;
  }
}

async function createNodes(
  lab: ServerLab,
  runtime: GuideRuntime,
): Promise<{ primary: GuideNode; standby: GuideNode }> {
  const [db1, db2] = [lab.host('db1'), lab.host('db2')];
  if (runtime === 'docker') {
    const primary = await createGuidePrimary(lab, {
      rules: `host shop ${SHOP_ROLE} 0.0.0.0/0 scram-sha-256\n`,
    });
    await createShop(primary);
    return { primary: inContainer(primary), standby: inContainer(likeGuidePrimary(db2)) };
  }
  const german = { locale: 'de_DE.UTF-8' };
  const primary =
    runtime === 'debian'
      ? await createCluster(db1, '15/main', german)
      : await createUnit(db1, { ...german, restart: 'always' });
  // As a package leaves it: a unit, and a data directory that nobody uses.
  if (runtime === 'systemd') await createUnit(db2, { ...german, restart: 'always' });
  await primary.start();
  await createShop(primary);
  return { primary, standby: new ServerPostgres(db2, primary.location) };
}

const inContainer = (server: ContainerPostgres): GuideNode => ({ ...server, location: { port: 5432 } });
