import { randomUUID } from 'node:crypto';
import type { Secret } from '#server/domain/secret.ts';
import type { HostConnections, SshTarget } from '#server/ports/host-transport.ts';

/** Adds the line on standard input to authorized_keys unless it is there; prints `added` or `present`. */
const INSTALL = `set -e; umask 077
mkdir -p ~/.ssh; IFS= read -r line
if grep -qxF -- "$line" ~/.ssh/authorized_keys 2>/dev/null; then echo present; exit 0; fi
if [ -s ~/.ssh/authorized_keys ] && [ -n "$(tail -c1 ~/.ssh/authorized_keys)" ]; then echo >> ~/.ssh/authorized_keys; fi
printf '%s\\n' "$line" >> ~/.ssh/authorized_keys
chmod go-w ~ ~/.ssh; chmod 600 ~/.ssh/authorized_keys
if command -v restorecon >/dev/null 2>&1; then restorecon -R ~/.ssh || true; fi
echo added`;

/**
 * Logs in once with a password, which is then forgotten, and installs a public key. Resolves with
 * whether a line was added.
 */
export async function installKeyWithPassword(
  connections: HostConnections,
  target: Omit<SshTarget, 'credential' | 'serverId'>,
  password: Secret,
  publicLine: string,
  o: { signal: AbortSignal; timeoutMs: number },
): Promise<boolean> {
  const once: SshTarget = {
    ...target,
    serverId: `install-key-${randomUUID()}`,
    credential: { kind: 'password', password },
  };
  try {
    const transport = await connections.connect(once, o);
    const { stdout } = await transport.require(
      { argv: ['sh', '-c', INSTALL] },
      { ...o, stdin: `${publicLine.trim()}\n` },
    );
    return stdout.trim() === 'added';
  } finally {
    await connections.forget(once.serverId);
  }
}
