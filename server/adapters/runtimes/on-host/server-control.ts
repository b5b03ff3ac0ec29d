import type { Autostart, HelperControl, StopMode, StopState, Wait } from '#server/ports/postgres-runtime.ts';

/** What differs between the ways a server is run on its host; everything else is the same for all. */
export interface ServerControl {
  start(o: Wait): Promise<void>;
  /** Returns when no process of the server is left, or rejects. */
  stop(o: Wait & { mode: StopMode }): Promise<void>;
  autostart(o: Wait): Promise<Autostart>;
  setAutostart(on: boolean, o: Wait): Promise<void>;
  /** Only where a data directory must be made known before it can be started. */
  registration?: {
    isRegistered(o: Wait): Promise<boolean>;
    register(o: Wait): Promise<void>;
    unregister(o: Wait): Promise<void>;
  };
  readLogTail(lines: number, o: Wait): Promise<string>;
  /** Where the server's processes are not the host's own. */
  stopState?(o: Wait): Promise<StopState>;
  helper?: HelperControl;
  /** Names of the bootstrap superuser that its way of running tells, besides the OS owner's and `postgres`. */
  superusers?(o: Wait): Promise<string[]>;
}
