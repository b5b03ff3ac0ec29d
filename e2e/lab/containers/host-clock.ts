const OFFSET_FILE = '/etc/practice-clock';
/** What the library reads; it maps the file, whose size must not change. */
const OFFSET_BYTES = 8;
/** Built into the image of practice hosts. */
const PRELOAD = 'LD_PRELOAD=/usr/local/lib/practice-clock.so';

interface ClockHost {
  require(argv: readonly [string, ...string[]]): Promise<unknown>;
  writeFile(file: string, text: string): Promise<void>;
}

/**
 * The time of day of a host, apart from this machine's: for its services (PostgreSQL's too) and for whoever logs in
 * over SSH. Containers on the host and times of files stay with the kernel's clock.
 */
export class HostClock {
  readonly #host: ClockHost;

  constructor(host: ClockHost) {
    this.#host = host;
  }

  /** Before anything else starts there: services that run already keep the true time until they start again. */
  async lay(): Promise<void> {
    await this.set(0);
    await this.#host.writeFile('/etc/environment', `${PRELOAD}\n`);
    const unit = `[Manager]\nDefaultEnvironment="${PRELOAD}"\n`;
    await this.#host.writeFile('/etc/systemd/system.conf.d/practice-clock.conf', unit);
    await this.#host.require(['systemctl', 'daemon-reload']);
  }

  /** The clock jumps at once to so many seconds ahead (or behind, negative) of the true time. */
  async set(aheadS: number): Promise<void> {
    const text = `${aheadS < 0 ? '-' : '+'}${Math.abs(aheadS)}`.padEnd(OFFSET_BYTES);
    // Written over what is there: a file made shorter would take the mapped bytes from every process.
    const script = 'printf %s "$1" 1<>"$2"';
    await this.#host.require(['sh', '-c', script, 'sh', text, OFFSET_FILE]);
  }
}
