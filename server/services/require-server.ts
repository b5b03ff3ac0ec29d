import { invalidField } from '#server/domain/invalid-field.ts';
import type { StoredServer } from '#server/ports/server-store.ts';

/** The server that a field names; throws INVALID_INPUT. */
export function requireServer(servers: readonly StoredServer[], id: string, field: string): StoredServer {
  const server = servers.find((each) => each.id === id);
  if (server !== undefined) return server;
  const hint = 'Choose a server of the list; it may have been removed.';
  throw invalidField(field, 'there is no such server', hint);
}

/** The same for what keeps files there: a server that was never checked completely has no place for them. */
export function requireCheckedServer(servers: readonly StoredServer[], id: string, field: string): void {
  const { stateDirectory, name } = requireServer(servers, id, field);
  if (stateDirectory === null)
    throw invalidField(
      field,
      `${name} was never checked completely`,
      'Open the server and run its checks first.',
    );
}
