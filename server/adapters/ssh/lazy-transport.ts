import type { HostTransport } from '#server/ports/host-transport.ts';

/**
 * A transport that connects with its first use: an operation on a host that is away fails in the
 * step that needs the host, where the failure is recorded, and not before its first step.
 */
export function lazyTransport(
  serverId: string,
  connect: (signal: AbortSignal) => Promise<HostTransport>,
): HostTransport {
  const using = async <T>(signal: AbortSignal, work: (transport: HostTransport) => Promise<T>): Promise<T> =>
    work(await connect(signal));
  return {
    serverId,
    run: (command, o) => using(o.signal, (t) => t.run(command, o)),
    require: (command, o) => using(o.signal, (t) => t.require(command, o)),
    readFile: (path, o) => using(o.signal, (t) => t.readFile(path, o)),
    stat: (path, o) => using(o.signal, (t) => t.stat(path, o)),
    writeFileAtomic: (path, data, o) => using(o.signal, (t) => t.writeFileAtomic(path, data, o)),
    overwriteInPlace: (path, data, o) => using(o.signal, (t) => t.overwriteInPlace(path, data, o)),
    openTcp: (host, port, o) => using(o.signal, (t) => t.openTcp(host, port, o)),
    openUnixSocket: (path, o) => using(o.signal, (t) => t.openUnixSocket(path, o)),
    wayTo: (to, o) => using(o.signal, (t) => t.wayTo(to, o)),
    ping: (o) => using(o.signal, (t) => t.ping(o)),
    // The connection belongs to all users of the server; it is closed where it was opened.
    close: () => Promise.resolve(),
  };
}
