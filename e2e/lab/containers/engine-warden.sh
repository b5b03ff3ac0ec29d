#!/bin/sh
# Runs a container engine of the tests' own as long as somebody uses it, and leaves nothing that runs.
# $1 run directory, $2 data directory. Users hold a shared lock on users.lock; whoever started this is gone
# when it ends, however that one ended. One warden at a time; a second one has nothing to do.
set -u
run=$1 data=$2
exec 9>"$run/warden.lock"
flock -n 9 || exit 0
exec 8>"$run/users.lock"
docker() { command "$DOCKER" -H "unix://$run/docker.sock" "$@"; }
if ! docker version >/dev/null 2>&1; then
  rm -f "$run/docker.pid"
  # No rules and no forwarding of its own: the machine's network stays as it is.
  "$DOCKERD" --host "unix://$run/docker.sock" --data-root "$data" --exec-root "$run/exec" --pidfile "$run/docker.pid" \
    --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
    >"$run/dockerd.log" 2>&1 8>&- 9>&- &
fi
flock 8
containers=$(docker ps -aq 2>/dev/null)
[ -n "$containers" ] && docker rm -fv $containers >/dev/null 2>&1
docker network prune -f >/dev/null 2>&1
docker volume prune -f >/dev/null 2>&1
pid=$(cat "$run/docker.pid" 2>/dev/null) || exit 0
kill "$pid" 2>/dev/null
n=0
while kill -0 "$pid" 2>/dev/null && [ "$n" -lt 200 ]; do n=$((n + 1)); sleep 0.1; done
kill -KILL "$pid" 2>/dev/null
exit 0
