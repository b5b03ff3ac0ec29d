import type { FoundInstance } from '#server/domain/server-check.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { LIST_CONTAINERS } from './docker/list-containers.ts';
import { readFoundInstances } from './read-found-instances.ts';

/**
 * Looks through /proc for postmasters: processes whose program is `postgres` and whose parent's is
 * not. Then at what is installed and may not run: Debian's clusters, systemd's units, containers. Runs as root where
 * that is allowed without a password, else as the login user and as each owner whom it may act as: whoever it
 * is sees the details of its own servers and of others only that they are there.
 *
 * One line per thing, fields separated by tabs, the first says what it is:
 * `process` pid, owner, working directory, program, cgroup, then from postmaster.pid port and socket
 * directory; version file, standby.signal, size in KiB, OS view, the config_file of the command line;
 * `cluster` version, name, port, status, owner, data directory, standby.signal, size in KiB;
 * `unit` name, state, data directory, owner, version file, standby.signal, size in KiB, port;
 * `self` PID namespace, cgroup of process 1; `container` and `inside`: see list-containers.ts.
 */
const DISCOVER = `about() { # $1 data directory: version, standby.signal, size
  v=$(cat "$1/PG_VERSION" 2>/dev/null); s=; k=
  if [ -n "$v" ]; then [ -e "$1/standby.signal" ] && s=yes || s=no; k=$(timeout 5 du -sk -- "$1" 2>/dev/null | cut -f1); fi
  printf '%s\\t%s\\t%s' "$v" "$s" "$k"
}
for proc in /proc/[0-9]*; do
  read -r name < "$proc/comm" 2>/dev/null || continue
  case "$name" in postgres|postmaster) ;; *) continue;; esac
  ppid=$(sed -n 's/^PPid:[[:space:]]*//p' "$proc/status" 2>/dev/null)
  read -r parent < "/proc/$ppid/comm" 2>/dev/null || parent=
  case "$parent" in postgres|postmaster) continue;; esac
  owner=$(stat -c %U -- "$proc"); program=$(readlink -- "$proc/exe"); data=$(readlink -- "$proc/cwd")
  cgroup=$(tr '\\n' ' ' < "$proc/cgroup" 2>/dev/null)
  config=$(tr '\\0' '\\n' < "$proc/cmdline" 2>/dev/null | sed -n 's/^\\(--\\)\\{0,1\\}config[_-]file=//p' | tail -n 1)
  port=; socket=; about="$(printf '\\t\\t')"; pidns=$(readlink -- "$proc/ns/pid")
  if [ -n "$data" ] && [ -r "$data/postmaster.pid" ]; then
    port=$(sed -n 4p "$data/postmaster.pid"); socket=$(sed -n 5p "$data/postmaster.pid"); about=$(about "$data")
  fi
  printf 'process\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "\${proc#/proc/}" "$owner" "$data" "$program" "$cgroup" "$port" "$socket" "$about" "$pidns" "$config"
done
printf 'self\\t%s\\t%s\\n' "$(readlink /proc/self/ns/pid)" "$(tr '\\n' ' ' < /proc/1/cgroup 2>/dev/null)"
if command -v pg_lsclusters >/dev/null 2>&1; then
  pg_lsclusters -h 2>/dev/null | while read -r ver name port status owner data rest; do
    printf 'cluster\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$ver" "$name" "$port" "$status" "$owner" "$data" "$(about "$data")"; done
fi
if [ -d /run/systemd/system ]; then
  { systemctl list-units --all --plain --no-legend --type=service; systemctl list-unit-files --plain --no-legend --type=service; } 2>/dev/null |
  sed -n 's/^\\([^ ]*\\(postgres\\|pgsql\\)[^ ]*\\.service\\).*/\\1/p' | sort -u | while read -r unit; do
    case "$unit" in postgresql.service|postgresql@*|*@.service) continue;; esac
    say=$(systemctl show -p LoadState,ActiveState,User,Environment,ExecStart -- "$unit" 2>/dev/null)
    case "$say" in *LoadState=loaded*) ;; *) continue;; esac
    data=$(printf '%s\\n' "$say" | sed -n 's/^Environment=\\(.* \\)\\{0,1\\}PGDATA=\\([^ ]*\\).*/\\2/p')
    [ -n "$data" ] || data=$(printf '%s\\n' "$say" | sed -n 's/^ExecStart=.*argv\\[\\]=[^;]* -D *\\([^ ;]*\\).*/\\1/p')
    case "$data" in *'\${PGDATA}'*|*'$PGDATA'*|'') continue;; esac
    state=$(printf '%s\\n' "$say" | sed -n 's/^ActiveState=//p'); user=$(printf '%s\\n' "$say" | sed -n 's/^User=//p')
    port=$(cat "$data/postgresql.conf" "$data/postgresql.auto.conf" 2>/dev/null | sed -n "s/^[[:space:]]*port[[:space:]]*=*[[:space:]]*'*\\([0-9]\\{1,5\\}\\).*/\\1/p" | tail -n 1)
    printf 'unit\\t%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$unit" "$state" "\${data%/}" "$user" "$(about "$data")" "$port"; done
fi
${LIST_CONTAINERS}
true`;

/** Lists the PostgreSQL instances of a host, of whatever kind, stopped ones too; what cannot be operated says why. */
export async function discoverInstances(transport: HostTransport, o: Wait): Promise<FoundInstance[]> {
  const command = ['sh', '-c', DISCOVER] as const;
  const asRoot = await transport.run({ argv: command, runAs: 'root' }, o).catch(() => null);
  if (asRoot?.exitCode === 0) return readFoundInstances(asRoot.stdout);
  const { stdout } = await transport.require({ argv: command }, o);
  return readFoundInstances(await asOwners(transport, stdout, o));
}

/** Where a line names the OS user whom its instance belongs to. */
const OWNER_FIELD: Readonly<Record<string, number>> = { process: 2, cluster: 5, unit: 4 };
const ownerOf = (line: string): string | null => {
  const fields = line.split('\t');
  const at = OWNER_FIELD[fields[0] ?? ''];
  return at === undefined ? null : (fields[at] ?? null);
};

/** Without root, each owner that may be acted as looks at its own: the login user sees no details of theirs. */
async function asOwners(transport: HostTransport, seen: string, o: Wait): Promise<string> {
  let lines = seen.split('\n');
  const owners = new Set(lines.map(ownerOf).filter((owner) => owner !== null && owner !== ''));
  for (const owner of owners) {
    const own = await transport
      .run({ argv: ['sh', '-c', DISCOVER], runAs: owner ?? '' }, o)
      .catch(() => null);
    if (own?.exitCode !== 0) continue;
    const better = own.stdout.split('\n').filter((line) => ownerOf(line) === owner);
    lines = [...lines.filter((line) => ownerOf(line) !== owner), ...better];
  }
  return lines.join('\n');
}
