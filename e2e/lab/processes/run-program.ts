import { spawn } from 'node:child_process';
import { asRoot } from './as-root.ts';

/** What a program left behind; text decoded as UTF-8. */
export interface ProgramResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface RunProgramOptions {
  /** Sent to standard input; nothing when absent. */
  input?: string | Buffer;
  /** Default 60,000 ms; the program is killed at the deadline. */
  timeoutMs?: number;
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** False = as the user who runs this; default: as root, of the machine or of the user's namespace. */
  elevated?: boolean;
}

/** Runs a program of this machine to its end and resolves with any exit code; rejects at the deadline. */
export function runProgram(
  argv: readonly [string, ...string[]],
  o: RunProgramOptions = {},
): Promise<ProgramResult> {
  const timeoutMs = o.timeoutMs ?? 60_000;
  const [file, ...args] = o.elevated === false ? argv : asRoot(argv);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...o.env },
      ...(o.cwd === undefined ? {} : { cwd: o.cwd }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const deadline = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(
          `${argv.join(' ')} did not end within ${timeoutMs} ms: ${Buffer.concat(stderr).toString()}`,
        ),
      );
    }, timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (cause) => {
      clearTimeout(deadline);
      reject(new Error(`cannot run ${file}`, { cause }));
    });
    child.on('close', (code, signal) => {
      clearTimeout(deadline);
      resolve({
        exitCode: code ?? (signal === null ? 255 : 128),
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
    // A program that ends before it read its input is judged by its exit code, not by EPIPE.
    child.stdin.on('error', () => undefined);
    child.stdin.end(o.input ?? '');
  });
}

/** As `runProgram`, but a non-zero exit code is an error that shows what the program said. */
export async function requireProgram(
  argv: readonly [string, ...string[]],
  o: RunProgramOptions = {},
): Promise<ProgramResult> {
  const result = await runProgram(argv, o);
  if (result.exitCode !== 0) {
    throw new Error(`${argv.join(' ')} ended with ${result.exitCode}: ${result.stderr || result.stdout}`);
  }
  return result;
}
