import type { StreamingPair } from '#e2e/integration/tandem/streaming-pair.ts';

export type Name = 'db1' | 'db2';
export type Kind = 'switchover' | 'failover' | 'rejoin';

/** A server of PostgreSQL as a fault and an admin see it. */
export interface ChaosNode {
  host: { address: string };
  location: { port: number; dataDirectory: string };
  sql(text: string, database?: string): Promise<string>;
  isAlive(): Promise<boolean>;
  /** As it lies there. */
  start(): Promise<void>;
  /** Every process of it at once. */
  kill(): Promise<void>;
  freezeAll(): Promise<void>;
  thaw(): Promise<void>;
}

/** A practice host of any kind, with what can happen to it. */
export interface ChaosHost {
  /** Ends every SSH session; the next one is let in. */
  killSessions(): Promise<void>;
  /** Nothing of the network reaches it, or only the other host does not; open connections stay silent. */
  cut(peer?: Name): Promise<void>;
  mend(): Promise<void>;
  fillDisk(): Promise<void>;
  freeDisk(): Promise<void>;
  /** Everything ends and the host boots, with what its own kind starts at a boot. */
  reboot(): Promise<void>;
  /** A program on the host, as whoever may do it. */
  require(argv: readonly [string, ...string[]]): Promise<unknown>;
}

/** A pair on practice hosts of any kind, watched by a worker. */
export interface ChaosPair extends Pick<
  StreamingPair,
  'tandem' | 'pairId' | 'assess' | 'start' | 'again' | 'change' | 'healthy' | 'stop'
> {
  nodes: Record<Name, ChaosNode>;
  hosts: Record<Name, ChaosHost>;
  /** What can happen here. */
  faults: Faults;
}

/** What a fault needs to know of the operation that it strikes. Roles are those before the operation. */
export interface Target {
  pair: ChaosPair;
  operationId: string;
  primary: Name;
  standby: Name;
}

/** Strikes inside the operation; answers when it has struck. Everything it broke heals by itself or in `heal`. */
export interface Fault {
  name: string;
  strike(t: Target): Promise<void>;
  /** Kinds in which it can happen at all; every kind when absent. */
  kinds?: readonly Kind[];
}

export type Faults = readonly [Fault, ...Fault[]];
