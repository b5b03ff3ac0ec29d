/** Scripts around making a container on another host; arguments, never text, carry the values. */

/** Architecture, Compose's name, and where the engine keeps its data, one a line. */
export const ENGINE = `docker version --format '{{.Server.Version}}
{{.Server.Arch}}' || exit 1
if docker compose version >/dev/null 2>&1; then echo 'docker compose'
elif command -v docker-compose >/dev/null 2>&1; then echo docker-compose; else echo; fi
df -B1 --output=avail -- "$(docker info --format '{{.DockerRootDir}}')" 2>/dev/null | tail -n 1`;

/** In a throw-away container: the paths whose kind is asked. Prints those that are directories. */
export const DIRECTORIES = 'for p in "$@"; do if [ -d "$p" ]; then echo "$p"; fi; done';

/** In a throw-away container with $1 mounted there: a line per file, \`mode uid gid base64 path\`. At most 1 MiB each. */
export const READ_FILES = `cd -- "$1" || exit 1
find . -type f -size -2049 | while IFS= read -r f; do
  printf '%s %s %s\\n' "$(stat -c '%a %u %g' -- "$f")" "$(base64 -w 0 < "$f")" "\${f#./}"
done`;

/** In a throw-away container: $1 path. Prints \`mode uid gid base64\`, nothing where no such file is. */
export const READ_FILE = `[ -f "$1" ] || exit 0
printf '%s %s\\n' "$(stat -c '%a %u %g' -- "$1")" "$(base64 -w 0 < "$1")"`;

/** In a throw-away container: $1 path, $2 mode, $3 uid, $4 gid; the bytes come in. Never replaces a file. */
export const CREATE_FILE = `set -e; [ ! -e "$1" ] || { echo "$1 exists" >&2; exit 17; }
mkdir -p -- "$(dirname -- "$1")"; new="$1.tandem-new"; umask 077
cat > "$new"; chown -- "$3:$4" "$new"; chmod -- "$2" "$new"; sync -- "$new"
ln -T -- "$new" "$1" || { rm -f -- "$new"; exit 17; }; rm -f -- "$new"`;

/** In a throw-away container with the volumes of another: $1 directory, $2 owner. Refuses what is not empty. */
export const OWN_DATA = `set -e; mkdir -p -- "$1"; first=$(ls -A -- "$1" | head -n 1)
[ -z "$first" ] || { echo "$1 is not empty: $first" >&2; exit 39; }
chown -- "$2" "$1"; chmod 700 -- "$1"`;

/** Likewise. Prints `yes` when the directory is there and the owner's alone. */
export const OWNS_DATA =
  'if [ "$(stat -c %a:%U -- "$1")" = "700:$2" ] || [ "$(stat -c %a:%u -- "$1")" = "700:$2" ]; then echo yes; fi';

/** $1 image, $2 file on the host. */
export const SAVE_IMAGE = `set -e; umask 077; docker save -- "$1" | gzip -1 > "$2"; stat -c %s -- "$2"`;
/** $1 file, $2 first byte (from 1), $3 bytes. */
export const READ_PART = 'tail -c "+$2" -- "$1" | head -c "$3" | base64 -w 0';
/** $1 file, $2 size that it has before; the part comes in. One that arrives twice is written once. */
export const APPEND_PART = `set -e; umask 077; [ "$2" != 0 ] || : > "$1"
truncate --size="$2" -- "$1"; cat >> "$1"`;
export const LOAD_IMAGE = 'docker load -q -i "$1" >&2';
