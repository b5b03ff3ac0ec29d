import { SUITES, type DebianSuite } from './debian-suite.ts';

/** What a practice server is asked to be. */
export interface ServerOptions {
  name: string;
  /** Release of Debian; default bookworm. */
  suite?: DebianSuite['codename'];
  /** Who Tandem logs in as; default `admin`. */
  user?: 'admin' | 'root';
  /** What `admin` may do through sudo; default everything without a password. */
  sudo?: 'none' | 'nopasswd' | 'password';
  /** Password of `admin`, for sudo and login; none when absent. */
  password?: string;
  /** Language of its messages; default English. */
  language?: 'en' | 'de';
  /** Size of the file system of /var/lib/postgresql, MiB; not limited when absent. See limitedDiskUnavailable. */
  diskMib?: number;
  /** Whether its own Docker engine runs, which costs a second and 70 MiB; default not. */
  docker?: boolean;
  /** Whether its time of day can be set apart from this machine's; default not. */
  ownClock?: boolean;
}

export const suiteOf = (o: ServerOptions): DebianSuite => SUITES[o.suite ?? 'bookworm'];

/** Where a server lives in the engine. */
export interface HostPlace {
  image: string;
  container: string;
  network: string;
  address: string;
  /** This machine, as the host sees it. */
  gateway: string;
  /** Holds /var/lib/docker: overlay file systems do not stack. */
  volume: string;
  /** Folder of this machine that is mounted at /var/lib/postgresql. */
  disk: string | null;
  labels: Readonly<Record<string, string>>;
  /** Name → address of every host of the lab. */
  hosts: ReadonlyMap<string, string>;
}

/**
 * What systemd, sshd, PostgreSQL and a Docker engine need inside a container. Not `--privileged`, which
 * asks for capabilities that some machines lack themselves.
 */
export function runArguments(place: HostPlace, o: ServerOptions): string[] {
  const capabilities = ['SYS_ADMIN', 'NET_ADMIN', 'SYS_PTRACE', 'MKNOD', 'AUDIT_CONTROL'];
  return [
    '--name', place.container,
    '--hostname', o.name,
    '--network', place.network,
    '--ip', place.address,
    ...[...place.hosts].flatMap(([name, address]) => ['--add-host', `${name}:${address}`]),
    ...Object.entries(place.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...capabilities.flatMap((name) => ['--cap-add', name]),
    '--security-opt', 'seccomp=unconfined',
    '--security-opt', 'apparmor=unconfined',
    '--cgroupns', 'host',
    // Its engine asks for it; this machine may be without, and /proc/sys is read-only inside.
    '--sysctl', 'net.ipv4.ip_forward=1',
    '--shm-size', '256m',
    '--tmpfs', '/run',
    '--tmpfs', '/run/lock',
    '--tmpfs', '/tmp:exec,mode=1777',
    '-v', '/sys/fs/cgroup:/sys/fs/cgroup:rw',
    '-v', `${place.volume}:/var/lib/docker`,
    ...(place.disk === null ? [] : ['-v', `${place.disk}:/var/lib/postgresql`]),
    place.image,
    ...suiteOf(o).init,
  ]; // prettier-ignore
}
