import type { Services } from '#server/services/services.ts';

const MOST = 10_000;

/** Every answer that the API's reads give, by name, as text. */
export async function answersOf(services: Services): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const keep = (name: string, value: unknown): void => void answers.set(name, JSON.stringify(value) ?? '');
  keep('servers.list', await services.servers.list());
  for (const { id } of await services.servers.list())
    keep(`servers.get ${id}`, await services.servers.get(id));
  keep('pairs.list', await services.pairs.list());
  for (const { id } of await services.pairs.list()) {
    keep(`pairs.get ${id}`, await services.pairs.get(id));
    keep(`pairs.history ${id}`, await services.pairs.history(id, '5m'));
    keep(`pairs.events ${id}`, await services.pairs.events(id, MOST));
  }
  keep('drafts.list', await services.drafts.list());
  for (const { id } of await services.drafts.list()) keep(`drafts.get ${id}`, await services.drafts.get(id));
  keep('operations.list', await services.operations.list(MOST));
  for (const { id } of await services.operations.list(MOST)) {
    keep(`operations.get ${id}`, await services.operations.get(id));
    keep(`operations.log ${id}`, await services.operations.log(id, 0, MOST));
  }
  return answers;
}
