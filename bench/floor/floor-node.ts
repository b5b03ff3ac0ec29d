import { LAB_BIN_DIRECTORY, type LabPostgres } from '#e2e/lab/processes/lab-postgres.ts';
import { WarmProgram } from './warm-program.ts';

/** One node as the script holds it: a psql as superuser and a shell as the OS owner, both open. */
export class FloorNode {
  readonly postgres: LabPostgres;
  readonly shell: WarmProgram;
  #psql: WarmProgram;

  constructor(postgres: LabPostgres) {
    this.postgres = postgres;
    this.shell = new WarmProgram(postgres.host, ['sh'], 'sh');
    this.#psql = this.#open();
  }

  #open(): WarmProgram {
    const { socketDirectory, port } = this.postgres.location;
    const options = ['-X', '-A', '-t', '-q', '-h', socketDirectory, '-p', String(port), '-d', 'postgres'];
    return new WarmProgram(this.postgres.host, [`${LAB_BIN_DIRECTORY}/psql`, ...options], 'psql');
  }

  sql(statement: string): Promise<string> {
    return this.#psql.ask(statement);
  }

  /** After a restart of the server. */
  reconnect(): void {
    this.#psql.close();
    this.#psql = this.#open();
  }

  close(): void {
    this.#psql.close();
    this.shell.close();
  }
}
