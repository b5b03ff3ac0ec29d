import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { SSL_REQUEST } from '#server/adapters/sql/ssl-request.ts';

/**
 * TLS on a stream that was just opened to PostgreSQL or PgBouncer, or the stream itself when the other
 * side does not speak it, as libpq's `sslmode=prefer`. Nobody is verified: the question is who answers,
 * not whom to trust. Rejects when no answer can be understood or the handshake fails; the stream is
 * ended then.
 */
export async function preferTls(stream: Duplex, signal: AbortSignal): Promise<Duplex | tls.TLSSocket> {
  // Takes the listeners away, whoever of them was first.
  const settled = new AbortController();
  const wait = { signal: AbortSignal.any([signal, settled.signal]) };
  try {
    const closed = once(stream, 'close', wait).then(() => {
      throw new Error('the connection was closed while TLS was asked for');
    });
    const answer = once(stream, 'data', wait);
    stream.write(SSL_REQUEST);
    const answered: unknown[] = await Promise.race([answer, closed]);
    const byte = String(answered[0]);
    // More than the one byte comes from somebody who speaks before keys are agreed on.
    if (byte === 'N') return stream;
    if (byte !== 'S') throw new Error('TLS: neither yes nor no');
    // Old servers have short keys; who is not verified anyway is not made safer by a long one.
    const secure = tls.connect({
      socket: stream,
      rejectUnauthorized: false,
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    await Promise.race([once(secure, 'secureConnect', wait), closed]);
    return secure;
  } catch (thrown) {
    stream.destroy();
    throw thrown;
  } finally {
    settled.abort();
  }
}
