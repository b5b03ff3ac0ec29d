/**
 * The address that a request came from: what the nearest proxy saw, or the socket's own address,
 * which Next.js writes into the same header. Without a proxy a client can write there what it likes.
 */
export function clientAddress(headers: Headers): string | null {
  const last = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  return last === '' ? null : last.slice(0, 100);
}
