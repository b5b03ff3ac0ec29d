import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#server/errors/app-error.ts';

/** Processes of a launcher that was killed need a moment to end. */
const FREE_WITHIN_MS = 5_000;
const ASK_EVERY_MS = 200;

/** Rejects IN_USE naming the variable when something else listens on the port and stays. */
export async function requireFreePort(variable: string, host: string, port: number): Promise<void> {
  const deadline = performance.now() + FREE_WITHIN_MS;
  for (;;) {
    const code = await tryToListen(host, port);
    if (code === null) return;
    if (code !== 'EADDRINUSE') throw cannotListen(variable, host, port, code);
    if (performance.now() > deadline) throw inUse(variable, host, port);
    await delay(ASK_EVERY_MS);
  }
}

/** Null = it works; else the system's error code. */
function tryToListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

function inUse(variable: string, host: string, port: number): AppError {
  return new AppError('IN_USE', {
    message: `another program listens on ${host}:${port}`,
    hint: `Stop it, or choose another port with ${variable}.`,
    data: { variable },
  });
}

function cannotListen(variable: string, host: string, port: number, code: string): AppError {
  return new AppError('INVALID_CONFIGURATION', {
    message: `cannot listen on ${host}:${port} (${code})`,
    hint: `Choose an address of this machine with TANDEM_HOST and a port with ${variable}.`,
    data: { variable },
  });
}
