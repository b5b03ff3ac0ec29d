/** Fixed scripts of host-setup.ts; values arrive as arguments. */

/**
 * Prints id, codename, architecture, `apt`, and who holds the lock of dpkg or apt. A lock is found by its
 * file's inode in /proc/locks, which asks nobody to take it.
 */
export const SYSTEM = `(. /etc/os-release 2>/dev/null; echo "$ID"; echo "$VERSION_CODENAME")
dpkg --print-architecture 2>/dev/null || echo
if command -v apt-get >/dev/null && command -v dpkg >/dev/null; then echo apt; else echo; fi
for f in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock; do
  n=$(stat -c %i -- "$f" 2>/dev/null) || continue
  pid=$(grep " WRITE [0-9]* [0-9a-f:]*:$n " /proc/locks | head -n 1 | sed 's/.* WRITE \\([0-9]*\\) .*/\\1/')
  [ -n "$pid" ] || continue
  printf '%s (%s)\\n' "$(cat "/proc/$pid/comm" 2>/dev/null || echo unknown)" "$pid"; exit 0
done
echo`;

/** One row per package: name, installed version, candidate. */
export const PACKAGES = `for p in "$@"; do
  installed=$(dpkg-query -W -f '\${db:Status-Abbrev}\\t\${Version}' -- "$p" 2>/dev/null | sed -n 's/^ii *\\t//p')
  candidate=$(apt-cache policy -- "$p" 2>/dev/null | sed -n 's/^ *Candidate: *//p')
  printf '%s\\t%s\\t%s\\n' "$p" "$installed" "$candidate"
done`;

export const CLUSTERS = `if command -v pg_lsclusters >/dev/null; then pg_lsclusters -h | wc -l; else echo 0; fi`;

/** Three lines: engine, compose, enabled; empty where there is none. */
export const DOCKER = `docker version --format '{{.Server.Version}}' 2>/dev/null || echo
docker compose version --short 2>/dev/null || docker-compose version --short 2>/dev/null || echo
systemctl is-enabled docker.service 2>/dev/null || echo`;

/** One row per path: kind, mode, owner, group, whether empty. */
export const DIRECTORIES = `for p in "$@"; do
  if [ ! -e "$p" ] && [ ! -L "$p" ]; then echo absent; continue; fi
  kind=other; empty=
  if [ -d "$p" ] && [ ! -L "$p" ]; then kind=directory; [ -n "$(ls -A -- "$p")" ] || empty=empty; fi
  printf '%s\\t%s\\t%s\\n' "$kind" "$(stat -c '%a\t%U\t%G' -- "$p")" "$empty"
done`;

/** $1 path, $2 owner:group, $3 mode. Parents are root's. */
export const MAKE_DIRECTORY = `mkdir -p -- "$(dirname -- "$1")" || exit 1
[ -d "$1" ] || mkdir -m 0700 -- "$1" || exit 1
chown -- "$2" "$1" && chmod -- "$3" "$1"`;

/** $1 address. With curl or wget where there is one; apt has a downloader of its own. */
export const FETCH = `d=$(mktemp -d) || exit 1; trap 'rm -rf -- "$d"' EXIT
if command -v curl >/dev/null; then curl -fsSL --proto '=https' --max-time 40 -o "$d/key" -- "$1"
elif command -v wget >/dev/null; then wget -q --https-only -T 40 -O "$d/key" -- "$1"
else /usr/lib/apt/apt-helper download-file "$1" "$d/key" >&2; fi || exit 1
cat -- "$d/key"`;

/**
 * $1 `repair` or nothing; each further word names one package by all its names, of which the first that apt
 * knows is taken. An answer that a package asks for is its default; files that an admin changed are kept.
 */
export const INSTALL = `export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 LC_ALL=C.UTF-8
repair=$1; shift
if [ "$repair" = repair ]; then dpkg --configure -a --force-confold || exit 1; fi
apt-get update -q || echo "W: going on with the lists that are there"
for names in "$@"; do
  one=
  for name in $names; do
    candidate=$(apt-cache policy -- "$name" 2>/dev/null | sed -n 's/^ *Candidate: *//p')
    if [ -n "$candidate" ] && [ "$candidate" != '(none)' ]; then one=$name; break; fi
  done
  if [ -z "$one" ]; then echo "E: no repository of this server has $names"; exit 3; fi
  set -- "$@" "$one"; shift
done
set -e
exec apt-get install -y -q --no-remove --no-install-recommends -o Dpkg::Options::=--force-confold "$@"`;
