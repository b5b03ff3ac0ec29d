import type { PairView, ServerView } from '#server/services/services.ts';
import type { Api } from './cli.ts';
import { usage } from './options.ts';

/** The pair with this name or id. */
export async function findPair(api: Api, nameOrId: string): Promise<PairView> {
  return named(await api.pair.list.query(), nameOrId, 'pair');
}

/** The server with this name or id. */
export async function findServer(api: Api, nameOrId: string): Promise<ServerView> {
  return named(await api.server.list.query(), nameOrId, 'server');
}

function named<T extends { id: string; name: string }>(all: readonly T[], nameOrId: string, what: string): T {
  const found = all.find((each) => each.name === nameOrId) ?? all.find((each) => each.id === nameOrId);
  if (found !== undefined) return found;
  const names = all.map((each) => each.name).join(', ');
  throw usage(
    `there is no ${what} ${nameOrId}`,
    names === '' ? `There is no ${what} yet.` : `There are: ${names}.`,
  );
}
