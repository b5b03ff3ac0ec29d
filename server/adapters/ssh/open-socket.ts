import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '#server/errors/app-error.ts';
import { socketError, type Address } from './ssh-error-causes.ts';
import { startDeadline } from './deadline.ts';

/** A TCP connection to the address; errors are already told by cause. */
export async function openSocket(
  address: Address,
  o: { signal: AbortSignal; timeoutMs: number },
): Promise<Socket> {
  const deadline = startDeadline(o.signal, o.timeoutMs, `connecting to ${address.host}`);
  const socket = connect({ host: address.host, port: address.port });
  socket.setNoDelay(true);
  const connected = new Promise<Socket>((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', (cause) => reject(socketError(address, cause)));
  });
  try {
    return await deadline.race(connected, () => socket.destroy());
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'DEADLINE_EXCEEDED')
      throw socketError(address, { code: 'ETIMEDOUT' });
    throw thrown;
  }
}

/** How long a server may take for its first line. Many look the client's name up before that. */
const BANNER_TIMEOUT_MS = 10_000;
/** RFC 4253 allows other lines before the identification. */
const IDENTIFICATION = /(^|\n)SSH-(2\.0|1\.99)-/;

/**
 * Looks at the first bytes that the server sends and puts them back: "not an SSH server" and "no
 * answer" are different mistakes, which ssh2 reports alike.
 */
export async function requireSshBanner(stream: Duplex, address: Address, signal: AbortSignal): Promise<void> {
  const deadline = startDeadline(
    signal,
    BANNER_TIMEOUT_MS,
    `waiting for ${address.host} to say that it is an SSH server`,
  );
  let onReadable = () => undefined as void;
  let onEnd = (_cause?: Error) => undefined as void;
  const first = new Promise<Buffer>((resolve, reject) => {
    onReadable = () => {
      const chunk: unknown = stream.read();
      if (Buffer.isBuffer(chunk)) resolve(chunk);
    };
    onEnd = (cause) => reject(socketError(address, cause ?? { code: 'ECLOSED_BEFORE_BANNER' }));
    stream.on('readable', onReadable);
    stream.once('end', onEnd);
    stream.once('close', onEnd);
    stream.once('error', onEnd);
  });
  try {
    const chunk = await deadline.race(first);
    if (!IDENTIFICATION.test(chunk.toString('latin1'))) throw socketError(address, { code: 'ENOTSSH' });
    stream.unshift(chunk);
  } catch (thrown) {
    stream.destroy();
    if (thrown instanceof AppError && thrown.code === 'DEADLINE_EXCEEDED')
      throw socketError(address, { code: 'ENOBANNER' });
    throw thrown;
  } finally {
    stream.off('readable', onReadable);
    stream.off('end', onEnd);
    stream.off('close', onEnd);
    stream.off('error', onEnd);
  }
}
