/** `$1` Perl, `$2` Python, `$3…` what the program is given. One of the two is on nearly every server. */
const CHOOSE = `perl=$1 python=$2; shift 2
if perl -MSocket -e 1 2>/dev/null; then exec perl -e "$perl" "$@"; fi
for p in python3 /usr/libexec/platform-python; do
  if command -v "$p" >/dev/null 2>&1; then exec "$p" -c "$python" "$@"; fi
done
`;

/**
 * The command that runs a program in whichever language the server has; `otherwise` is a line of sh for
 * a server that has neither, and sees the arguments as `$1`, `$2`, ….
 */
export function perlOrPython(
  program: { perl: string; python: string; otherwise: string },
  args: readonly string[],
): ['/bin/sh', ...string[]] {
  const { perl, python, otherwise } = program;
  return ['/bin/sh', '-c', `${CHOOSE}${otherwise}`, 'sh', perl, python, ...args];
}
