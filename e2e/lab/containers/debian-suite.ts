/** A release of Debian that practice servers can be, with what comes in its packages. */
export interface DebianSuite {
  codename: 'bookworm' | 'trixie';
  /** Its image in public registries. */
  published: string;
  postgresMajor: number;
  /** How Compose is called there. */
  compose: readonly [string, ...string[]];
  /** For its init, and for the engine that runs it. */
  init: readonly string[];
  run: readonly string[];
}

export const SUITES: Record<DebianSuite['codename'], DebianSuite> = {
  bookworm: {
    codename: 'bookworm',
    published: 'debian:bookworm-slim',
    postgresMajor: 15,
    compose: ['docker-compose'],
    init: [],
    run: [],
  },
  trixie: {
    codename: 'trixie',
    published: 'debian:trixie-slim',
    postgresMajor: 17,
    compose: ['docker', 'compose'],
    // Its systemd boots upon cgroup v1 when it is told so, and its Docker engine asks for forwarding.
    init: ['/sbin/init', 'SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1'],
    run: ['--sysctl', 'net.ipv4.ip_forward=1'],
  },
};
