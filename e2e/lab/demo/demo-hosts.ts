import type { LoginHost } from './register-server.ts';

interface Place {
  location: { dataDirectory: string };
}

/** What a demo runs on, whatever its hosts are made of. */
export interface DemoHosts {
  hosts: readonly LoginHost[];
  /** Streams already: db1 to db2. */
  pair: { primary: Place; standby: Place };
  /** What is where, for the terminal. */
  said: string;
  stop(): Promise<void>;
}
