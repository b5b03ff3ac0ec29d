import { connect } from 'node:net';
import type { HostTransport } from '#server/ports/host-transport.ts';

/** Streams from this machine itself, as an application beside it opens them. */
export const localStreams: Pick<HostTransport, 'openTcp' | 'openUnixSocket'> = {
  openTcp: (host, port, o) => open(connect({ host, port }), o.signal),
  openUnixSocket: (path, o) => open(connect({ path }), o.signal),
};

function open(socket: ReturnType<typeof connect>, signal: AbortSignal): Promise<typeof socket> {
  socket.setNoDelay(true);
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      socket.destroy();
      reject(new Error('cancelled'));
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      resolve(socket);
    });
    socket.on('error', (cause) => {
      signal.removeEventListener('abort', abort);
      reject(cause);
    });
    if (signal.aborted) abort();
  });
}
