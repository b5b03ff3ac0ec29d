import type { HbaRule } from '#server/domain/hba-rules.ts';
import type { Wait } from './postgres-runtime.ts';

/** What came of TCP connections from one host to a port of another. */
export type DialResult =
  /** `tls`: whether the server takes TLS; null = what listens there is no PostgreSQL. */
  | { result: 'open'; connectMs: number[]; tls: boolean | null }
  /** Nobody listens, or a firewall rejects by a reset. */
  | { result: 'refused' }
  /** Nothing came back in time: packets are dropped on the way. */
  | { result: 'filtered' }
  /** The kernel knows no way, the host is off, or a firewall says that it is forbidden. */
  | { result: 'no-route' }
  | { result: 'unresolved' }
  /** It could not be tried. */
  | { result: 'untried'; detail: string };

/** Measures from one host towards another; installs nothing, changes nothing. */
export interface LinkProbe {
  /** Connects some times one after another, each at most 4 s, and asks the last for TLS. */
  dial(host: string, port: number, o: Wait): Promise<DialResult>;
  /** Addresses of this host with their prefix, e.g. `10.0.0.1/24`. */
  networks(o: Wait): Promise<string[]>;
  /**
   * Bytes a second of an answer of at most 4 MiB over SQL, asked for at most twice 2 s; `atMost` = it did not
   * end in time, so it is less. Null = no such login.
   */
  receive(
    o: Wait & { host: string; port: number; user: string; passfile: string },
  ): Promise<{ bytesPerSecond: number; atMost: boolean } | null>;
  /**
   * Opens a port of this host for one connection, at most 8 s, or one of the kernel's choice when it is in use;
   * calls `connect`, takes at most 32 MiB or 4 s of what comes, then sends as much back.
   */
  takeStream(port: number, connect: (port: number) => Promise<unknown>, o: Wait): Promise<StreamTaken>;
  /** The other end of it. Bytes a second of what came back; null = no connection, or nothing came back. */
  giveStream(host: string, port: number, o: Wait): Promise<number | null>;
}

export interface StreamTaken {
  /** Null = no port could be opened. */
  port: number | null;
  /** Null = nobody came. */
  bytesPerSecond: number | null;
}

/** How much WAL a running primary writes. */
export interface WalMeter {
  /** Bytes written since ever, by the server's own clock. */
  position(o: Wait): Promise<{ bytes: number; atMs: number }>;
  /** Bytes a second since its statistics began; null = before PostgreSQL 14, or they began within a minute. */
  average(o: Wait): Promise<number | null>;
}

/** What a running server says about who may come in. */
export interface HbaReader {
  /** Rules of the file on disk, in its order. */
  rules(o: Wait): Promise<HbaRule[]>;
  /** Roles that a role is a member of, itself included; empty = there is no such role. */
  memberOf(role: string, o: Wait): Promise<string[]>;
}
