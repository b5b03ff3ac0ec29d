import type { PrimaryOptions } from './primary-options.ts';
import type { LabHost } from './lab-host.ts';
import { LabPostgres, labLocation } from './lab-postgres.ts';
import { layCluster, prepareDirectories, writeConfiguration } from './data-directory.ts';

/** A running primary with settings as a real one has them. The first one of its kind is built, later ones are copied. */
export async function createPrimary(
  host: LabHost,
  cacheDir: string,
  o: PrimaryOptions = {},
): Promise<LabPostgres> {
  const postgres = new LabPostgres(host, labLocation(host, o.name ?? 'shop', o.port));
  await prepareDirectories(host, postgres.location);
  await layCluster(postgres, cacheDir, host.name, o);
  await writeConfiguration(postgres, o);
  await postgres.start();
  return postgres;
}
