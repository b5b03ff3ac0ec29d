import { AppError } from '#server/errors/app-error.ts';
import type { FakePostgres } from './fake-postgres.ts';

/** The host is lost right before the nth reload, once: what was written is on the disk, and not in force. */
export function loseReload(server: FakePostgres, nth: number): void {
  const reload = server.reloadConf.bind(server);
  let count = 0;
  server.reloadConf = () => {
    count += 1;
    if (count === nth) return Promise.reject(new AppError('COMMAND_ANSWER_LOST', { message: 'link lost' }));
    return reload();
  };
}
