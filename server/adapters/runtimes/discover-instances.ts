import type { FoundInstance } from '#server/domain/server-check.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { readFoundInstances } from './read-found-instances.ts';

/**
 * Looks through /proc for postmasters: processes whose program is `postgres` and whose parent's is
 * not. Runs as root where that is allowed without a password, else as the login user, who sees the
 * details of its own servers and of others only that they are there.
 *
 * One line per server, fields separated by tabs: pid, owner, working directory, program, cgroup,
 * then from postmaster.pid port, socket directory; version file, standby.signal, size in KiB, OS view.
 */
const DISCOVER = `for proc in /proc/[0-9]*; do
  read -r name < "$proc/comm" 2>/dev/null || continue
  case "$name" in postgres|postmaster) ;; *) continue;; esac
  ppid=$(sed -n 's/^PPid:[[:space:]]*//p' "$proc/status" 2>/dev/null)
  read -r parent < "/proc/$ppid/comm" 2>/dev/null || parent=
  case "$parent" in postgres|postmaster) continue;; esac
  owner=$(stat -c %U -- "$proc"); program=$(readlink -- "$proc/exe"); data=$(readlink -- "$proc/cwd")
  cgroup=$(tr '\\n' ' ' < "$proc/cgroup" 2>/dev/null)
  port=; socket=; version=; standby=; size=; pidns=$(readlink -- "$proc/ns/pid")
  if [ -n "$data" ] && [ -r "$data/postmaster.pid" ]; then
    port=$(sed -n 4p "$data/postmaster.pid"); socket=$(sed -n 5p "$data/postmaster.pid")
    version=$(cat "$data/PG_VERSION" 2>/dev/null); [ -e "$data/standby.signal" ] && standby=yes || standby=no
    size=$(timeout 5 du -sk -- "$data" 2>/dev/null | cut -f1)
  fi
  printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "\${proc#/proc/}" "$owner" "$data" "$program" "$cgroup" "$port" "$socket" "$version" "$standby" "$size" "$pidns"
done
printf 'self\\t%s\\n' "$(readlink /proc/self/ns/pid)"
if command -v pg_lsclusters >/dev/null 2>&1; then
  pg_lsclusters -h 2>/dev/null | while read -r ver name port status owner data rest; do printf 'debian\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$ver" "$port" "$status" "$owner" "$data"; done
fi
if command -v docker >/dev/null 2>&1; then
  timeout 5 docker ps --no-trunc --format 'docker	{{.ID}}	{{.Image}}	{{.Names}}' 2>/dev/null
fi
true`;

/** Lists the running PostgreSQL instances of a host, of whatever kind; what cannot be operated says why. */
export async function discoverInstances(transport: HostTransport, o: Wait): Promise<FoundInstance[]> {
  const command = ['sh', '-c', DISCOVER] as const;
  const asRoot = await transport.run({ argv: command, runAs: 'root' }, o).catch(() => null);
  const result = asRoot?.exitCode === 0 ? asRoot : await transport.require({ argv: command }, o);
  return readFoundInstances(result.stdout);
}
