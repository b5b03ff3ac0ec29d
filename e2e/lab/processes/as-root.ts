/**
 * Words in front of a program that has to run as root. For root there are none. An ordinary user
 * is inside a user namespace here (lab-namespace.ts), where root is one of the user's subordinate ids;
 * `mount` refuses everybody who is not user 0, whatever capabilities they have.
 */
export function asRoot(argv: readonly [string, ...string[]]): [string, ...string[]] {
  const [program, ...args] = argv;
  if (process.getuid?.() === 0) return [program, ...args];
  return ['setpriv', '--reuid=0', '--regid=0', '--clear-groups', program, ...args];
}
