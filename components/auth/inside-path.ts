/** A path inside this site to lead to after sign-in; anything that could lead elsewhere becomes `/`. */
export function insidePath(next: string | string[] | undefined): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])[^\s\\]*$/.test(next)) return '/';
  return next;
}
