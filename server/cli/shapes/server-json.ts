import { CHECK_ROWS } from '#server/domain/server-check.ts';
import type { ServerView } from '#server/services/services.ts';
import { iso } from '../units.ts';

/** A server as `server list` and `server check` print it with --json. */
export function serverJson(server: ServerView) {
  return {
    id: server.id,
    name: server.name,
    host: server.host,
    port: server.port,
    username: server.username,
    status: server.status,
    hostKey: server.hostKey?.fingerprint ?? null,
    offeredHostKey: server.offeredHostKey?.fingerprint ?? null,
    pairs: server.pairNames,
    checks: CHECK_ROWS.flatMap((row) => {
      const check = server.checks[row];
      if (check === undefined) return [];
      return [
        {
          row,
          state: check.state,
          value: check.value?.en ?? null,
          problem: check.problem,
          command: check.command,
          checkedAt: iso(check.checkedAtMs),
        },
      ];
    }),
  };
}
export type ServerJson = ReturnType<typeof serverJson>;
