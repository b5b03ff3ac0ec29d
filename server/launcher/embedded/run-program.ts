import { spawn } from 'node:child_process';
import type { OsUser } from '#server/config/closed-folder.ts';

export interface ProgramResult {
  exitCode: number | null;
  output: string;
}

/** Runs one of PostgreSQL's programs to its end as the given OS user; killed after `timeoutMs`. */
export function runProgram(
  program: string,
  args: readonly string[],
  o: { user: OsUser | undefined; timeoutMs: number },
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...o.user,
      cwd: '/',
      env: { NODE_ENV: 'production', PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: o.timeoutMs,
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    // Not 'close': a server that pg_ctl started may keep the pipes open.
    child.on('exit', (exitCode) => resolve({ exitCode, output }));
  });
}
