import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../bin/tandem.cjs', import.meta.url));

export interface CommandAnswer {
  code: number | null;
  out: string;
  err: string;
}

/** `tandem WORDS` as a process of its own, as `npx tandem` starts it; `input` is its standard input. */
export function tandemCommand(
  environment: Record<string, string>,
  words: readonly string[],
  o: { input?: string; cwd?: string } = {},
): Promise<CommandAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env: { ...environment, NODE_ENV: 'production', PATH: process.env['PATH'] ?? '' },
      cwd: o.cwd ?? process.cwd(),
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
    child.stdin.end(o.input ?? '');
  });
}
