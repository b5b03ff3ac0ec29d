import type { RouteSighting } from './route-sighting.ts';

/** A session of an application; what it asks is nobody's business. */
export interface ClientSession {
  pid: number;
  user: string;
  database: string;
  applicationName: string;
  /** Null = over the socket of the server itself. */
  clientAddress: string | null;
  /** s since epoch to the microsecond, as text: with the pid it names the session. */
  startedAt: string;
}

/** One look at where applications arrive. */
export interface ClientsLook {
  takenAtMs: number;
  routes: RouteSighting[];
  /** Who is connected to the node that is not the primary. */
  standby: {
    instanceId: string;
    serverName: string;
    /** Null = the server does not answer. */
    sessions: ClientSession[] | null;
    /** There are more than are listed. */
    cut: boolean;
    detail: string | null;
  };
}
