import { shellWord } from '#server/domain/shell-word.ts';
import { FACTS_FORMAT, TOOLS_LABEL } from './container-facts.ts';

/** In a running container, as its root: $1 data directory. See LIST_CONTAINERS for the fields. */
const LOOK_INSIDE = `v=$(cat "$1/PG_VERSION" 2>/dev/null); if [ -e "$1/standby.signal" ]; then s=yes; else s=no; fi
k=$(timeout 5 du -sk -- "$1" 2>/dev/null | cut -f1); o=$(stat -c %U -- "$1"); [ "$o" = UNKNOWN ] && o=$(stat -c %u -- "$1")
b=$(readlink -f -- "$(command -v postgres)"); g=$(find --version 2>/dev/null | grep -c GNU)
printf '\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$v" "$s" "$k" "$o" "\${b%/*}" "$(sed -n 4p "$1/postmaster.pid" 2>/dev/null)" "$g"`;

/**
 * Part of the discovery script. Images of PostgreSQL name their data directory in PGDATA. Two lines for each
 * such container, running or not: \`container\` and what FACTS_FORMAT says; then \`inside\`, its id, version
 * file, standby.signal, size in KiB, owner, bin directory, port inside, 1 where GNU's tools are. Of a stopped
 * one only version and standby.signal can be had.
 */
export const LIST_CONTAINERS = `if command -v docker >/dev/null 2>&1 && ids=$(timeout 10 docker ps -aq --no-trunc 2>/dev/null) && [ -n "$ids" ]; then
  timeout 20 docker container inspect --format '${FACTS_FORMAT}' $ids 2>/dev/null | while IFS= read -r facts; do
    case "$facts" in *'"${TOOLS_LABEL}"'*) continue;; *'"PGDATA='*) ;; *) continue;; esac
    id=$(printf '%s\\n' "$facts" | sed -n 's/^"\\([0-9a-f]*\\)".*/\\1/p'); data=$(printf '%s\\n' "$facts" | sed -n 's/.*"PGDATA=\\([^"]*\\)".*/\\1/p')
    printf 'container\\t%s\\n' "$facts"
    inside=$(timeout 10 docker exec --user 0 "$id" sh -c ${shellWord(LOOK_INSIDE)} sh "$data" 2>/dev/null </dev/null)
    if [ -z "$inside" ]; then
      v=$(timeout 10 docker cp "$id:$data/PG_VERSION" - 2>/dev/null </dev/null | tar -xO 2>/dev/null)
      s=no; timeout 10 docker cp "$id:$data/standby.signal" - >/dev/null 2>&1 </dev/null && s=yes
      inside=$(printf '\\t%s\\t%s' "$v" "$s")
    fi
    printf 'inside\\t%s%s\\n' "$id" "$inside"
  done
fi`;
