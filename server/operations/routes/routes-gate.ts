import type { GateResult, Text } from '#server/domain/plan.ts';
import { arrivesAt, routeTitle, sightingText, type RouteSighting } from '#server/domain/route-sighting.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { PoolLook, RoutesInput, RoutesLook } from './look-at-routes.ts';

type Found = Pick<GateResult, 'state' | 'detail' | 'fix'>;
interface Limits extends RoutesInput {
  outageLimitMs: number;
}

/** Where clients arrive now, and whether every pool could be paused; a pair without routes has no such conditions. */
export function routesLead(o: { clientRoutes: RoutesLook; takenAtMs: number }, input: Limits): GateResult[] {
  const common = { measuredAtMs: o.takenAtMs };
  const routes = o.clientRoutes.sightings.map((s): GateResult => {
    const title = prefixed('Client route', 'Client-Route', routeTitle(s));
    return { ...common, code: `route-${s.routeId}`, server: null, title, ...judgeRoute(s, input) };
  });
  const pools = o.clientRoutes.pools.map((look): GateResult => {
    const title = prefixed('Pool can be paused', 'Pool lässt sich anhalten', sameText(look.pool.name));
    const server = look.pool.serverName;
    return { ...common, code: `pool-${look.pool.id}`, server, title, ...judgePool(look, input) };
  });
  return [...routes, ...pools];
}

const prefixed = (en: string, de: string, name: Text): Text => text(`${en}: ${name.en}`, `${de}: ${name.de}`);
const ok = (detail: Text): Found => ({ state: 'ok', detail, fix: null });
const warning = (detail: Text, fix: Text): Found => ({ state: 'warning', detail, fix });
const blocking = (detail: Text, fix: Text): Found => ({ state: 'blocking', detail, fix });

function judgeRoute(s: RouteSighting, input: Limits): Found {
  const ttl = s.ttlSeconds;
  const seen = sightingText(s);
  const detail =
    ttl === null
      ? seen
      : text(
          `${seen.en}; resolvers may keep it for ${ttl} s`,
          `${seen.de}; Resolver dürfen ihn ${ttl} s lang behalten`,
        );
  if (arrivesAt(s, input.oldPrimary.serverName)) return ok(detail);
  return warning(detail, s.state === 'unproven' ? GIVE_LOGIN : LOOK_AT_ROUTE);
}

function judgePool(look: PoolLook, input: Limits): Found {
  const { state, fault, pool } = look;
  if (state === null || fault !== null) return blocking(sameText(fault ?? '–'), MEND_POOL);
  const wrong = look.entries.flatMap(({ name, target }) => entryFault(name, target, state, input.oldPrimary));
  const [first] = wrong;
  if (first !== undefined) return blocking(first, MEND_ENTRY);
  const shown = `${state.version}, ${pool.databases.join(', ')}`;
  const mine = state.databases.filter((d) => pool.databases.includes(d.name));
  if (mine.some((d) => d.poolMode === 'session'))
    return warning(text(`${shown}: pools whole sessions`, `${shown}: vergibt ganze Sitzungen`), SESSION_MODE);
  const patienceMs = state.queryWaitTimeoutMs;
  if (patienceMs !== null && patienceMs <= input.outageLimitMs)
    return warning(
      text(
        `${shown}: disconnects clients that wait for ${patienceMs / 1_000} s, and the outage may last ${input.outageLimitMs / 1_000} s`,
        `${shown}: trennt Clients nach ${patienceMs / 1_000} s Warten, und die Unterbrechung darf ${input.outageLimitMs / 1_000} s dauern`,
      ),
      PATIENCE,
    );
  return ok(sameText(shown));
}

function entryFault(
  name: string,
  target: { host: string | null; port: number } | null,
  state: { databases: { name: string; paused: boolean; host: string | null; port: number }[] },
  old: RoutesInput['oldPrimary'],
): Text[] {
  if (target === null)
    return [
      text(
        `${name} has no line of its own in the configuration`,
        `${name} hat keine eigene Zeile in der Konfiguration`,
      ),
    ];
  const running = state.databases.find((d) => d.name === name);
  if (running === undefined)
    return [
      text(
        `${name} is in the file, PgBouncer does not know it`,
        `${name} steht in der Datei, PgBouncer kennt es nicht`,
      ),
    ];
  if (running.paused)
    return [
      text(
        `${name} is paused: somebody else has stopped it`,
        `${name} ist angehalten: Jemand anderes hat es angehalten`,
      ),
    ];
  if (running.host !== target.host || running.port !== target.port)
    return [
      text(
        `${name} goes to ${running.host}:${running.port}, the file says ${target.host}:${target.port}`,
        `${name} geht zu ${running.host}:${running.port}, in der Datei steht ${target.host}:${target.port}`,
      ),
    ];
  if (target.port !== old.location.port)
    return [
      text(
        `${name} goes to port ${target.port}, the primary listens on ${old.location.port}`,
        `${name} geht zu Port ${target.port}, der Primärserver lauscht auf ${old.location.port}`,
      ),
    ];
  return [];
}

const GIVE_LOGIN = text(
  'Give the route a login on the page “Applications” of the pair: with it, Tandem sees who answers.',
  'Geben Sie der Route auf der Seite „Anwendungen“ des Paars eine Anmeldung: Damit sieht Tandem, wer antwortet.',
);
const LOOK_AT_ROUTE = text(
  'Look where these clients go: after the change they may reach the wrong server, or none.',
  'Sehen Sie nach, wohin diese Clients gehen: Nach dem Wechsel erreichen sie vielleicht den falschen Server oder keinen.',
);
const MEND_POOL = text(
  'Mend console or configuration file of this PgBouncer on the page “Applications” of the pair, or remove the route.',
  'Berichtigen Sie Konsole oder Konfigurationsdatei dieses PgBouncers auf der Seite „Anwendungen“ des Paars, oder entfernen Sie die Route.',
);
const MEND_ENTRY = text(
  'Mend the configuration of PgBouncer and reload it, or name other databases for this route.',
  'Berichtigen Sie die Konfiguration von PgBouncer und laden Sie sie neu, oder nennen Sie andere Datenbanken für diese Route.',
);
const SESSION_MODE = text(
  'Pausing waits until sessions end: with pool_mode = transaction clients wait instead.',
  'Das Anhalten wartet auf das Ende von Sitzungen: Mit pool_mode = transaction warten stattdessen die Clients.',
);
const PATIENCE = text(
  'Choose a shorter outage limit, or a longer query_wait_timeout in PgBouncer.',
  'Wählen Sie eine kürzere Unterbrechung oder ein längeres query_wait_timeout in PgBouncer.',
);
