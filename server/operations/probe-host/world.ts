import type { CheckResult, CheckRow, ServerFacts } from '#server/domain/server-check.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { HostProbe } from '#server/ports/host-probe.ts';
import type { HostKeyOffer, HostTransport } from '#server/ports/host-transport.ts';
import type { StoredServer } from '#server/ports/server-store.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

/** What probe-host reaches. One server; nothing on it is changed but Tandem's own state directory. */
export interface ProbeWorld {
  clock: Clock;
  server(): Promise<StoredServer>;
  /** Addresses of the name, in the order of the resolver; rejects SSH_NAME_NOT_RESOLVED. */
  resolve(o: Wait): Promise<string[]>;
  /** Rejects with the cause when the TCP port does not answer. */
  reachPort(o: Wait): Promise<void>;
  readHostKey(o: Wait): Promise<HostKeyOffer>;
  /** Logs in with the pinned key; rejects with the mapped cause. */
  login(o: Wait): Promise<HostTransport>;
  probe(transport: HostTransport): HostProbe;
  /** Makes Tandem's directory on the host and answers its path. */
  makeStateDirectory(transport: HostTransport, o: Wait): Promise<string>;
  saveCheck(row: CheckRow, result: CheckResult): Promise<void>;
  saveFacts(facts: ServerFacts): Promise<void>;
  /** Remembers what the server offered, for a person to approve. */
  saveOffer(offer: HostKeyOffer): Promise<void>;
  saveStateDirectory(path: string): Promise<void>;
  setVerified(verified: boolean): Promise<void>;
}
