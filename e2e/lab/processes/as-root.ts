/** Set inside the namespace of an ordinary user, who may make networks and mounts of their own there. */
export const NAMESPACE_MARK = 'TANDEM_LAB_NAMESPACE';

/**
 * Words in front of a program that has to run as root, as far as there is one. For root there are none.
 * Inside the user namespace of an ordinary user (lab-namespace.ts) root is one of the user's subordinate
 * ids; `mount` refuses everybody who is not user 0, whatever capabilities they have. An ordinary user
 * without such a namespace has hosts on loopback addresses, which are all theirs.
 */
export function asRoot(argv: readonly [string, ...string[]]): [string, ...string[]] {
  const [program, ...args] = argv;
  if (process.getuid?.() === 0 || process.env[NAMESPACE_MARK] !== '1') return [program, ...args];
  return ['setpriv', '--reuid=0', '--regid=0', '--clear-groups', program, ...args];
}
