import { existsSync } from 'node:fs';
import { createLog } from '#server/adapters/log/pino-log.ts';
import { readConfig } from '#server/config/config.ts';
import { AppError } from '#server/errors/app-error.ts';
import { composeWorker } from './compose.ts';
import { startHealthServer } from './health-server.ts';

/** The worker process: engine and monitor. It is the only one that opens SSH. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = readConfig(process.env);
  const log = createLog({ level: config.logLevel, process: 'worker' });
  const { databaseUrl } = config;
  if (databaseUrl === undefined) {
    throw new AppError('INVALID_CONFIGURATION', {
      message: 'DATABASE_URL is not set',
      hint: 'Start Tandem with npm start or npm run dev: the launcher provides the database.',
    });
  }
  const worker = await composeWorker({ config, databaseUrl, log });
  const closeHealth = await startHealthServer(config.workerHealthPort, () => worker.health());
  log.info({}, 'worker runs');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  await worker.stop();
  await closeHealth();
}

await main();
// Whatever connection still lingers must not hold the process.
process.exit();
