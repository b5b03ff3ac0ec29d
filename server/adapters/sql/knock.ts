import type { Duplex } from 'node:stream';
import { AppError } from '#server/errors/app-error.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import { openPostgresStream } from './open-postgres-stream.ts';
import { sqlError } from './sql-error-causes.ts';
import { SSL_REQUEST } from './ssl-request.ts';

/** Both answers prove the same; an old or refusing server sends an error instead. */
const ANSWERS = new Set(['S', 'N']);

/**
 * Proves that the postmaster takes a connection and forks a process that answers. Nobody logs in, so
 * it costs the server a fraction of a login, and its log is not told of a failure. Rejects with
 * PG_NOT_ACCEPTING_CONNECTIONS when it is refused; a server that never answers ends by the signal.
 */
export async function knockAtPostgres(
  target: { transport: HostTransport; host: string; port: number },
  signal: AbortSignal,
): Promise<void> {
  const where = `PostgreSQL at ${target.host}:${target.port}`;
  let stream: Duplex | null = null;
  try {
    stream = await openPostgresStream(target, signal);
    const answer = await firstByte(stream, signal);
    if (ANSWERS.has(answer)) return;
    throw new Error(answer === '' ? 'the connection was closed at once' : 'it answers with an error');
  } catch (thrown) {
    throw signal.aborted ? cancelled(where, signal) : sqlError(thrown, where);
  } finally {
    stream?.destroy();
  }
}

function firstByte(stream: Duplex, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('cancelled')), { once: true });
    // Listens to the end: a channel of SSH whose end nobody reads is never given back.
    stream.on('data', (chunk: Buffer) => resolve(chunk.subarray(0, 1).toString('latin1')));
    stream.once('close', () => resolve(''));
    stream.write(SSL_REQUEST);
  });
}

function cancelled(where: string, signal: AbortSignal): AppError {
  return new AppError('CANCELLED', { message: `knocking at ${where}: cancelled`, cause: signal.reason });
}
