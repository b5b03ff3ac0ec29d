import { connect, createServer, type Server } from 'node:net';

/**
 * A namespace has its own loopback, which no browser outside reaches. Sockets with a path do not belong
 * to any network: one on each side of the border joins the two.
 */

/** Outside: a port of this machine, passed on to the path. */
export function openOuterGate(port: number, socketPath: string): Promise<Server> {
  return listen(
    (server) => server.listen(port, '127.0.0.1'),
    () => connect(socketPath),
  );
}

/** Inside: the path, passed on to a port of the namespace. */
export function openInnerGate(socketPath: string, port: number): Promise<Server> {
  return listen(
    (server) => server.listen(socketPath),
    () => connect(port, '127.0.0.1'),
  );
}

function listen(start: (server: Server) => void, reach: () => ReturnType<typeof connect>): Promise<Server> {
  const server = createServer((near) => {
    const far = reach();
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => resolve(server));
    start(server);
  });
}
