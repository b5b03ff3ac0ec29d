/** The text after `Authorization: Bearer`; null = the request carries none. */
export function bearerToken(headers: Headers): string | null {
  return /^bearer +(\S+)$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1] ?? null;
}
