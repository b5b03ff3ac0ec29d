import type { ProgramResult, RunProgramOptions } from '#e2e/lab/processes/run-program.ts';
import type { CutDirection } from '#e2e/lab/processes/lab-network.ts';
import type { HostPlace } from './run-arguments.ts';

type RunOnHost = (argv: readonly [string, ...string[]], o?: RunProgramOptions) => Promise<ProgramResult>;

/** The connection of a practice server to the others: cut silently, pulled out, or slow. */
export class HostCable {
  readonly #place: HostPlace;
  readonly #require: RunOnHost;

  constructor(place: HostPlace, require: RunOnHost) {
    this.#place = place;
    this.#require = require;
  }

  /**
   * Drops packets silently, also those of containers on the host; open connections stay open and get no
   * answer. `incoming` and `outgoing` are seen from the host. With `peer`, only that address.
   */
  async cut(direction: CutDirection = 'both', peer?: string): Promise<void> {
    const from = peer === undefined ? '' : `ip saddr ${peer}`;
    const to = peer === undefined ? '' : `ip daddr ${peer}`;
    const rules = [
      'add table inet practice_cut',
      'add chain inet practice_cut in { type filter hook prerouting priority -400; }',
      'add chain inet practice_cut out { type filter hook postrouting priority 400; }',
      direction === 'outgoing' ? '' : `add rule inet practice_cut in iifname eth0 ${from} drop`,
      direction === 'incoming' ? '' : `add rule inet practice_cut out oifname eth0 ${to} drop`,
      '',
    ];
    await this.#require(['nft', '-f', '-'], { input: rules.join('\n') });
  }

  /** Ends every cut. */
  async mend(): Promise<void> {
    const script = 'nft delete table inet practice_cut 2>/dev/null; true';
    await this.#require(['sh', '-c', script]);
  }

  /** Pulls the plug: the host's interface has no link, and nobody answers at its address. */
  async unplug(): Promise<void> {
    await this.#require(['ip', 'link', 'set', 'eth0', 'down']);
  }

  /** Puts the plug back. The routes went with the link. */
  async plug(): Promise<void> {
    const { gateway } = this.#place;
    const script = 'ip link set eth0 up && ip route replace default via "$1"';
    await this.#require(['sh', '-c', script, 'sh', gateway]);
  }

  /** Sends no faster than that, until `mendSpeed`. */
  async slow(kbitPerSecond: number): Promise<void> {
    const shape = ['root', 'tbf', 'rate', `${kbitPerSecond}kbit`, 'burst', '32kb', 'latency', '400ms'];
    await this.#require(['tc', 'qdisc', 'replace', 'dev', 'eth0', ...shape]);
  }

  async mendSpeed(): Promise<void> {
    await this.#require(['sh', '-c', 'tc qdisc del dev eth0 root 2>/dev/null; true']);
  }
}
