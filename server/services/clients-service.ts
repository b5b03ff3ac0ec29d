import { AppError } from '#server/errors/app-error.ts';
import { requireRoute, requireRouteFits } from '#server/domain/check-route.ts';
import { routeAddress, routeSecrets, type ClientRoute } from '#server/domain/client-route.ts';
import { invalidField } from '#server/domain/invalid-field.ts';
import { endSessions } from '#server/operations/end-sessions/end-sessions.ts';
import type { AuditLog, NewAuditEntry } from '#server/ports/audit-log.ts';
import type { PairRoutes } from '#server/ports/client-routes.ts';
import type { PairClients } from '#server/ports/pair-clients.ts';
import type { PairFactsReader } from '#server/ports/pair-facts.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { ServerStore } from '#server/ports/server-store.ts';
import { requireCheckedServer, requireServer } from './require-server.ts';
import type {
  Actor,
  EndSessionsRequest,
  RouteDraft,
  RoutePasswords,
  RouteView,
  Services,
} from './services.ts';
import { startOperation, type StartDeps } from './start-operation.ts';

export interface ClientsDeps extends StartDeps {
  routes: PairRoutes;
  clients: PairClients;
  facts: PairFactsReader;
  servers: Pick<ServerStore, 'list'>;
  secrets: SecretStore;
  audit: AuditLog;
}

const FRESH_MS = 15_000;
/** A page asks every few seconds; the wish outlives a lost question. */
const WISH_MS = 12_000;

/** How applications reach the primary of a pair, and who is still connected elsewhere. */
export function createClientsService(deps: ClientsDeps): Services['clients'] {
  return {
    routes: async (pairId) => {
      const [routes, servers] = await Promise.all([deps.routes.list(pairId), deps.servers.list()]);
      const names = new Map(servers.map((s) => [s.id, s.name]));
      return routes.map((route) => viewOf(route, names));
    },
    saveRoute: (pairId, routeId, draft, passwords, actor) =>
      saveRoute(deps, { pairId, routeId, draft, passwords }, actor),
    removeRoute: (pairId, routeId, actor) => removeRoute(deps, pairId, routeId, actor),
    look: async (pairId) => {
      await deps.clients.want(pairId, WISH_MS);
      const look = await deps.clients.read(pairId);
      return { look, fresh: look !== null && deps.clock.nowMs() - look.takenAtMs <= FRESH_MS };
    },
    endSessions: (request, actor) => startEnding(deps, request, actor),
  };
}

function viewOf(route: ClientRoute, names: ReadonlyMap<string, string>): RouteView {
  const { login, ...shown } = route;
  const common = {
    login: login === null ? null : { user: login.user, database: login.database },
    probeServerName: route.probeServerId === null ? null : (names.get(route.probeServerId) ?? null),
  };
  if (shown.kind !== 'pgbouncer') return { ...shown, ...common, serverName: null, hasConsolePassword: false };
  const { secretId, ...at } = shown.console;
  const serverName = names.get(shown.serverId) ?? null;
  return { ...shown, ...common, console: at, serverName, hasConsolePassword: secretId !== null };
}

interface Saving {
  pairId: string;
  routeId: string | null;
  draft: RouteDraft;
  passwords: RoutePasswords;
}

/** Everything is checked before anything is stored; a password that nobody uses any more is forgotten. */
async function saveRoute(
  deps: ClientsDeps,
  { pairId, routeId, draft, passwords }: Saving,
  actor: Actor,
): Promise<string> {
  const before = await deps.routes.list(pairId);
  const old = before.find((route) => route.id === routeId) ?? null;
  if (routeId !== null && old === null) throw noRoute(routeId);
  const id = routeId ?? deps.ids.newId();
  const others = before.filter((route) => route.id !== id);
  const trial = routeOf(id, draft, { console: 'none', login: 'none' });
  requireRoute(trial);
  requireRouteFits(trial, others);
  await requireServers(deps, draft);
  const kept = keptSecrets(old);
  requirePasswords(draft, passwords, kept);
  const made: string[] = [];
  const put = async (purpose: string, password: RoutePasswords['login'], stored: string | null) => {
    if (password === null) return stored;
    const secretId = await deps.secrets.put(purpose, password);
    made.push(secretId);
    return secretId;
  };
  const stored = {
    console: await put(`console password of the route ${draft.name}`, passwords.console, kept.console),
    login: await put(`login of the route ${draft.name}`, passwords.login, kept.login),
  };
  const route = routeOf(id, draft, stored);
  try {
    await deps.routes.update(pairId, (routes) => {
      const rest = routes.filter((each) => each.id !== id);
      requireRouteFits(route, rest);
      if (routeId === null) return [...routes, route];
      if (rest.length === routes.length) throw noRoute(id);
      return routes.map((each) => (each.id === id ? route : each));
    });
  } catch (thrown) {
    for (const secretId of made) await deps.secrets.remove(secretId);
    throw thrown;
  }
  const used = routeSecrets(route);
  for (const secretId of [...made, ...(old === null ? [] : routeSecrets(old))])
    if (!used.includes(secretId)) await deps.secrets.remove(secretId);
  await log(deps, actor, old === null ? 'route-added' : 'route-changed', pairId, route);
  return id;
}

interface StoredSecrets {
  console: string | null;
  login: string | null;
}

function keptSecrets(old: ClientRoute | null): StoredSecrets {
  return {
    console: old?.kind === 'pgbouncer' ? old.console.secretId : null,
    login: old?.login?.secretId ?? null,
  };
}

/** A console over TCP trusts nobody, and a login needs its password. */
function requirePasswords(draft: RouteDraft, given: RoutePasswords, kept: StoredSecrets): void {
  const pool = draft.kind === 'pgbouncer' ? draft.console : null;
  if (pool !== null && pool.socketDirectory === null && (given.console ?? kept.console) === null)
    throw invalidField(
      'console.password',
      'it is missing',
      'Give the password of the console user, or the socket directory where PgBouncer trusts its own OS user.',
    );
  if (draft.login !== null && (given.login ?? kept.login) === null)
    throw invalidField('login.password', 'it is missing', 'Give the password of this login.');
}

function routeOf(id: string, draft: RouteDraft, stored: StoredSecrets): ClientRoute {
  const login = draft.login === null ? null : { ...draft.login, secretId: stored.login ?? '' };
  if (draft.kind !== 'pgbouncer') return { ...draft, id, login };
  return { ...draft, id, login, console: { ...draft.console, secretId: stored.console } };
}

async function requireServers(deps: ClientsDeps, draft: RouteDraft): Promise<void> {
  const servers = await deps.servers.list();
  if (draft.probeServerId !== null) requireServer(servers, draft.probeServerId, 'probeServerId');
  if (draft.kind === 'pgbouncer') requireCheckedServer(servers, draft.serverId, 'serverId');
}

async function removeRoute(deps: ClientsDeps, pairId: string, routeId: string, actor: Actor): Promise<void> {
  const removed: ClientRoute[] = [];
  await deps.routes.update(pairId, (routes) => {
    removed.push(...routes.filter((route) => route.id === routeId));
    return routes.filter((route) => route.id !== routeId);
  });
  const [route] = removed;
  if (route === undefined) throw noRoute(routeId);
  for (const secretId of routeSecrets(route)) await deps.secrets.remove(secretId);
  await log(deps, actor, 'route-removed', pairId, route);
}

async function log(
  deps: ClientsDeps,
  actor: Actor,
  action: string,
  pairId: string,
  route: ClientRoute,
): Promise<void> {
  const details: NewAuditEntry['details'] = {
    kind: route.kind,
    address: routeAddress(route),
    login: route.login?.user ?? null,
    tried: route.probeServerId,
  };
  if (route.kind === 'pgbouncer') {
    details['server'] = route.serverId;
    details['databases'] = route.databases.join(', ');
    details['configuration'] = route.configPath;
    details['consoleUser'] = route.console.user;
  }
  await deps.audit.append({ actor: actor.name, action, target: route.name, details, pairId });
}

async function startEnding(deps: ClientsDeps, request: EndSessionsRequest, actor: Actor): Promise<string> {
  const facts = await deps.facts.get(request.pairId);
  const node = [facts.primary, facts.standby].find((n) => n.instanceId === request.instanceId);
  if (node === undefined)
    throw new AppError('NOT_FOUND', {
      message: `no node ${request.instanceId} in ${facts.name}`,
      hint: 'Look at the list of sessions again.',
    });
  const input = endSessions.parseInput({
    pairId: facts.pairId,
    pairName: facts.name,
    node,
    sessions: request.sessions,
  });
  return startOperation(deps, endSessions, input, {
    actor,
    serverId: null,
    pairId: facts.pairId,
    idempotencyKey: request.idempotencyKey,
    // Not the instance's own lock: sessions may stand in the way of what holds that.
    locks: [`sessions:${node.instanceId}`],
    record: (operationId) =>
      deps.audit.append({
        actor: actor.name,
        action: 'session-end-started',
        target: node.serverName,
        details: { operationId, pids: request.sessions.map((s) => s.pid).join(', ') },
        pairId: facts.pairId,
      }),
  });
}

function noRoute(routeId: string): AppError {
  return new AppError('NOT_FOUND', {
    message: `no client route ${routeId}`,
    hint: 'It may have been removed meanwhile.',
    data: { routeId },
  });
}
