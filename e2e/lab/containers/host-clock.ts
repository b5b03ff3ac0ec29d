import type { DebianSuite } from './debian-suite.ts';

const OFFSET_FILE = '/etc/practice-clock';
const LIBRARY = '/usr/local/lib/practice-clock.so';
/** A false clock for services, for logins and for what they start; its file is read anew each second. */
const VARIABLES = {
  LD_PRELOAD: LIBRARY,
  FAKETIME_TIMESTAMP_FILE: OFFSET_FILE,
  FAKETIME_CACHE_DURATION: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
};

interface ClockHost {
  suite: DebianSuite;
  require(argv: readonly [string, ...string[]]): Promise<unknown>;
  writeFile(file: string, text: string): Promise<void>;
}

/**
 * The time of day of a host, apart from this machine's, by libfaketime: for its services (PostgreSQL's too) and
 * for whoever logs in over SSH. Containers on the host and times of files stay with the kernel's clock.
 */
export class HostClock {
  readonly #host: ClockHost;

  constructor(host: ClockHost) {
    this.#host = host;
  }

  /**
   * Before anything else starts there: services that run already keep the true time until they start again. Not for
   * PostgreSQL before 16, whose postmaster forks in signal handlers: there the library is inside a call that it
   * leaves alone, and the child keeps the true time.
   */
  async lay(): Promise<void> {
    const words = Object.entries(VARIABLES).map(([name, value]) => `${name}=${value}`);
    if (this.#host.suite.postgresMajor < 16) throw new Error('a clock of its own needs PostgreSQL 16');
    await this.set(0);
    const link = 'ln -s /usr/lib/*/faketime/libfaketimeMT.so.1 "$1"';
    await this.#host.require(['sh', '-c', link, 'sh', LIBRARY]);
    await this.#host.writeFile('/etc/environment', `${words.join('\n')}\n`);
    const quoted = words.map((word) => `"${word}"`).join(' ');
    const unit = `[Manager]\nDefaultEnvironment=${quoted}\n`;
    await this.#host.writeFile('/etc/systemd/system.conf.d/practice-clock.conf', unit);
    await this.#host.require(['systemctl', 'daemon-reload']);
  }

  /** The clock jumps to so many seconds ahead (or behind, negative) of the true time. */
  async set(aheadS: number): Promise<void> {
    await this.#host.writeFile(OFFSET_FILE, `${aheadS < 0 ? '-' : '+'}${Math.abs(aheadS)}s\n`);
  }
}
