/** In throw-away containers that see one directory as /host; arguments, never text, carry the values. */

/** Exit codes of these scripts; no program of theirs uses them. */
export const EXISTS = 17;
export const OTHER_FILE = 41;

const SHA = 'sha() { sha256sum < "$1" | cut -c 1-64; }';

/** $1 path. Nothing where no such file is, or a link. */
export const FILE_HASH = `${SHA}; [ -f "$1" ] && [ ! -L "$1" ] || exit 0; sha "$1"`;

/** $1 file, $2 its copy, which appears whole or not at all; owner, mode and time go along. */
export const KEEP_FILE = `set -e; [ ! -e "$2" ] || exit ${EXISTS}
new="$2.tandem-new"; cp -p -- "$1" "$new"; sync -- "$new"
ln -T -- "$new" "$2" || { rm -f -- "$new"; exit ${EXISTS}; }; rm -f -- "$new"`;

const SWAP = (fill: string) => `set -e; ${SHA}; [ -f "$1" ] && [ ! -L "$1" ] || exit ${OTHER_FILE}
[ "$(sha "$1")" = "$2" ] || exit ${OTHER_FILE}
new="$1.tandem-new"; cp -p -- "$1" "$new"; ${fill}; sync -- "$new"; mv -f -T -- "$new" "$1"`;

/** $1 file, $2 its hash; what it is to hold comes in. Owner and mode stay. */
export const REPLACE_FILE = SWAP('cat > "$new"');
/** $1 file, $2 its hash, $3 the kept copy. */
export const PUT_BACK = SWAP('cp -p -- "$3" "$new"');

/** $1 container: \`name TAB network mode\` of all that run. */
export const NETWORKS = `ids=$(docker ps --quiet --no-trunc) || exit 1; [ -n "$ids" ] || exit 0
docker container inspect --format '{{.Name}}{{"\\t"}}{{.HostConfig.NetworkMode}}' $ids`;
