import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LabHost } from '#e2e/lab/processes/lab-host.ts';

const MARK = '--end-of-answer--';

/** A shell or a psql that stays open: what a hand-made script does to pay for no start inside the outage. */
export class WarmProgram {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #mark: string;
  #answer: string[] = [];
  #waiting: { resolve: (answer: string) => void; reject: (error: Error) => void } | null = null;

  constructor(host: LabHost, argv: readonly [string, ...string[]], kind: 'sh' | 'psql') {
    const [program, ...args] = host.command(argv);
    this.#child = spawn(program, args, { stdio: 'pipe' });
    this.#mark = kind === 'sh' ? `echo ${MARK}` : `\\echo ${MARK}`;
    this.#child.stderr.resume();
    this.#child.once('exit', () => this.#waiting?.reject(new Error(`${kind} ended`)));
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line !== MARK) {
        this.#answer.push(line);
        return;
      }
      const answer = this.#answer.join('\n');
      this.#answer = [];
      this.#waiting?.resolve(answer);
    });
  }

  ask(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#child.exitCode !== null) reject(new Error(`the program has ended: ${line}`));
      this.#waiting = { resolve, reject };
      this.#child.stdin.write(`${line}\n${this.#mark}\n`);
    });
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }
}
