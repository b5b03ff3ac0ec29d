import type { LabUser } from './host-files.ts';
import type { CutDirection } from './lab-network.ts';

/** What a boot of a practice host needs to know. */
export interface HostFiles {
  /** Login password of `dba`; null = public key only. */
  password: string | null;
  /** Name → address of every host of the lab. */
  hosts: ReadonlyMap<string, string>;
}

/** How one practice host is kept apart from the others and from this machine. */
export interface HostIsolation {
  readonly sshPort: number;
  /** Folder of this machine that holds the host's files. */
  readonly root: string;
  /** Where the host's own view of a path like `/srv/…` lies; only /etc, /home, /srv, /tmp, /var/lib, /var/log and /run. */
  path(hostPath: string): string;
  /** Process 1 of the host as this machine numbers it; throws where a host has none. */
  readonly pid: number;
  writeFiles(files: HostFiles): Promise<void>;
  /** Lines that come first in the host's sshd_config. */
  sshdConfig(): string[];
  /** Who runs sshd. */
  readonly systemUser: LabUser;
  /** Gives a file that sshd alone may read to that user. */
  ownSystemFile(file: string): Promise<void>;
  /** Gives a file below `root` to a user of the host. */
  own(file: string, user: LabUser): Promise<void>;
  /** Until the host can run programs; sshd is started by the caller. */
  start(): Promise<void>;
  /** A power loss: every process of the host ends at once. */
  end(): Promise<void>;
  /** The command line that runs `argv` on the host. */
  inside(as: LabUser, argv: readonly [string, ...string[]]): [string, ...string[]];
  /** Ends the listener and every session, or the sessions only. */
  killSsh(which: 'all' | 'sessions'): Promise<void>;
  cutNetwork(direction: CutDirection, peerAddress: string | null): Promise<void>;
  restoreNetwork(): Promise<void>;
}
