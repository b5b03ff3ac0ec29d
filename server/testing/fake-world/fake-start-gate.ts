import {
  gatePaths,
  readGateConfig,
  type GateDecision,
  type StartGateState,
} from '#server/domain/start-gate.ts';
import type { StartGateControl } from '#server/ports/postgres-runtime.ts';
import type { FakeServer } from './fake-server.ts';

/** A gate as its configuration file on the host; asks the partner as the model knows it. */
export class FakeStartGate implements StartGateControl {
  readonly paths = gatePaths('postgresql@15-main.service');
  readonly #server: FakeServer;
  /** What the next try answers; null = what the model says. */
  answers: GateDecision | null = null;
  /** Whether a start that nobody let pass becomes read-only. */
  closes = false;

  constructor(server: FakeServer) {
    this.#server = server;
  }

  async state(): Promise<StartGateState | 'none'> {
    await this.#server.host.touch();
    const config = this.#server.host.text(this.paths.config);
    return config === null ? 'none' : { config, ...readGateConfig(config), last: null };
  }

  async install(config: string): Promise<void> {
    await this.#server.host.touch();
    this.#server.host.putFile(this.paths.config, config);
  }

  async remove(): Promise<void> {
    await this.#server.host.touch();
    this.#server.host.files.delete(this.paths.config);
  }

  async openOnce(): Promise<void> {
    await this.#server.host.touch();
    this.#server.host.putFile(this.paths.openOnce, '');
  }

  /** Before a start: lays standby.signal where `closes` says so, unless a person let this one start pass. */
  beforeStart(dataDirectory: string): void {
    const { host } = this.#server;
    if (host.text(this.paths.config) === null || host.files.delete(this.paths.openOnce)) return;
    if (this.closes) host.putFile(`${dataDirectory}/standby.signal`, '');
  }

  async try(): Promise<{ decision: GateDecision; reason: string }> {
    await this.#server.host.touch();
    const decision = this.answers ?? (this.#server.inRecovery ? 'read-only' : 'open');
    return { decision, reason: 'as the model says' };
  }
}
