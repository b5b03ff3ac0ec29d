/** A release of Debian that practice servers can be, with what comes in its packages. */
export interface DebianSuite {
  codename: 'bookworm' | 'trixie';
  /** Its image in public registries. */
  published: string;
  postgresMajor: number;
  /** How Compose is called there. */
  compose: readonly [string, ...string[]];
  /** What its init is started as; none = the image's own command. */
  init: readonly string[];
}

export const SUITES: Record<DebianSuite['codename'], DebianSuite> = {
  bookworm: {
    codename: 'bookworm',
    published: 'debian:bookworm-slim',
    postgresMajor: 15,
    compose: ['docker-compose'],
    init: [],
  },
  trixie: {
    codename: 'trixie',
    published: 'debian:trixie-slim',
    postgresMajor: 17,
    compose: ['docker', 'compose'],
    // Its systemd boots upon cgroup v1 when it is told so.
    init: ['/sbin/init', 'SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1'],
  },
};
