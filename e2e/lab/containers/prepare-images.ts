import { startContainerEngine } from './container-engine.ts';
import { SUITES } from './debian-suite.ts';
import { ensurePostgresImage } from './load-postgres-image.ts';
import { ensurePackageImage } from './package-repository.ts';
import { ensureHostImage } from './start-servers.ts';

/**
 * For vitest: makes every image before the first test asks for one, so that two files at once do not build
 * the same, and holds the engine until the last test is over.
 */
export default async function prepareImages(): Promise<() => Promise<void>> {
  const engine = await startContainerEngine();
  try {
    const making = Object.values(SUITES).map(async (suite) => {
      await ensureHostImage(engine, suite);
      await ensurePostgresImage(engine, suite);
    });
    await Promise.all(making);
    await ensurePackageImage(engine);
  } catch (thrown) {
    await engine.stop();
    throw thrown;
  }
  return () => engine.stop();
}
