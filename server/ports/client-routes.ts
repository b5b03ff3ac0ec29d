import type { ClientRoute, PinnedPool, PinnedRoute } from '#server/domain/client-route.ts';
import type { RouteAnswer } from '#server/domain/route-sighting.ts';
import type { Wait } from './postgres-runtime.ts';

/** One database of a PgBouncer as its console shows it. */
export interface PoolDatabase {
  name: string;
  host: string | null;
  port: number;
  paused: boolean;
  /** transaction, session or statement */
  poolMode: string;
  /** Connections that it holds to the server. */
  servers: number;
}

export interface PoolState {
  version: string;
  databases: PoolDatabase[];
  /** Clients that wait so long are disconnected, ms; null = they wait for ever. */
  queryWaitTimeoutMs: number | null;
}

/** One PgBouncer: its console is kept open, its configuration file lies on its server. */
export interface Pooler {
  look(o: Wait): Promise<PoolState>;
  /** What of it matters inside an outage: one question. */
  databases(o: Wait): Promise<Omit<PoolDatabase, 'poolMode'>[]>;
  /**
   * New transactions wait from here; answers when the running ones have ended. After a missed
   * deadline the wish still stands in PgBouncer: resume.
   */
  pause(database: string, o: Wait): Promise<void>;
  /** Waiting clients go on; no error when nothing is paused. */
  resume(database: string, o: Wait): Promise<void>;
  /**
   * A pause that cuts a login short makes a pool wait for `server_login_retry` (15 s) before its next try:
   * from here until the next reload it tries again at once.
   */
  hurry(o: Wait): Promise<void>;
  /** Reads the configuration anew; a pause stays. */
  reload(o: Wait): Promise<void>;
  /**
   * After a reload: connections to the server of before that do not end by themselves are ended, with
   * all clients of the database, which is paused then.
   */
  cutLeaving(database: string, o: Wait): Promise<void>;
  /** The configuration file, one character a byte (latin1); rejects FILE_NOT_FOUND. */
  config(o: Wait): Promise<string>;
  /** Whether files beside the configuration can be written as its owner; null = yes, else why not. */
  mayWrite(o: Wait): Promise<string | null>;
  /** What was laid ready beside the configuration; null = nothing. */
  staged(o: Wait): Promise<string | null>;
  /** Lays the next configuration ready, with owner and mode of the present one, of which a copy is kept. */
  stage(text: string, o: Wait): Promise<void>;
  unstage(o: Wait): Promise<void>;
  /**
   * The staged file becomes the configuration in one rename; `changed` = nothing is staged, or somebody
   * wrote the configuration since, and nothing was done.
   */
  swap(o: Wait): Promise<'swapped' | 'changed'>;
}

export type TtlSeconds = { ttlSeconds: number | null };

/** What a change of roles and a look reach of a pair's routes. */
export interface RouteAccess {
  /** Connects through the route as an application does. Never rejects for what happens out there. */
  ask(route: PinnedRoute, o: Wait): Promise<RouteAnswer & TtlSeconds>;
  pooler(pool: PinnedPool): Pooler;
}

/** The routes of pairs, as a person entered them. */
export interface PairRoutes {
  /** Rejects NOT_FOUND. */
  list(pairId: string): Promise<ClientRoute[]>;
  /** Changes the list while nobody else does; what `change` throws leaves everything as it was. */
  update(pairId: string, change: (routes: ClientRoute[]) => ClientRoute[]): Promise<void>;
}
