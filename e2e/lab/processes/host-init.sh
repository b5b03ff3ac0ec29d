#!/bin/bash
# Process 1 of a practice host, inside its own mount, PID, network, UTS and IPC namespaces.
# Arguments: the host's directory on the machine, its name, the size of /srv in MiB (0 = not limited).
# Standard input is a pipe held by the lab: when the lab is gone, however it ended, the pipe closes,
# this process ends and the kernel kills everything else in the namespace.
set -eu
root=$1 name=$2 disk_mib=$3

mount --make-rprivate /
hostname "$name" 2>/dev/null || true
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir -m 0755 /run/sshd /run/lock
mkdir -m 2775 /run/postgresql && chown 64102:64102 /run/postgresql
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
if [ "$disk_mib" -gt 0 ]; then
  mount -t tmpfs -o "size=${disk_mib}m,mode=0755" tmpfs "$root/srv"
  install -d -o 64101 -g 64101 "$root/srv/postgres"
fi
# The root directory becomes read-only at the end, so that nothing on a practice host can change the machine.
# The host's own files are reached below /run, since binding /tmp or /home may hide where they lie.
mkdir -m 0700 /run/host-files
mount --rbind "$root" /run/host-files
for directory in etc home srv tmp var/lib var/log; do mount --rbind "/run/host-files/$directory" "/$directory"; done
umount -l /run/host-files
mount -o remount,bind,ro / 2>/dev/null || true
cd /
echo ready
trap '' INT TERM HUP
while read -r _; do :; done
