import { spawn } from 'node:child_process';

export interface ToolResult {
  ok: boolean;
  output: string;
}

/** Runs a command to its end and collects what it says; `timeoutMs` kills it. */
export function runTool(command: string, args: readonly string[], timeoutMs: number): Promise<ToolResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code, signal) => {
      const end = signal === null ? '' : `\nended by ${signal} (limit ${timeoutMs} ms)`;
      resolve({ ok: code === 0, output: output.trim() + end });
    });
  });
}
