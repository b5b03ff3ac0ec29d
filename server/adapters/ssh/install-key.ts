import { randomUUID } from 'node:crypto';
import { AppError } from '#server/errors/app-error.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { HostConnections, HostTransport, SshTarget } from '#server/ports/host-transport.ts';

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
 * Takes every line with the key (its base64 part, on standard input) out of authorized_keys: a person may
 * have put options before it or changed its comment. Mode and owner stay; a link is followed.
 */
const REMOVE = `set -e; umask 077; IFS= read -r key
file=$(readlink -f ~/.ssh/authorized_keys) && [ -e "$file" ] || exit 0
cp -p -- "$file" "$file.tandem-new"
grep -vF -- "$key" "$file" > "$file.tandem-new" || [ $? -eq 1 ]
mv -- "$file.tandem-new" "$file"`;

const HAS = 'IFS= read -r key; grep -qF -- "$key" ~/.ssh/authorized_keys';

interface KeyWait {
  signal: AbortSignal;
  timeoutMs: number;
}

/** Whether authorized_keys of the login user holds the key. */
export async function hasKey(transport: HostTransport, publicLine: string, o: KeyWait): Promise<boolean> {
  const { exitCode } = await transport.run({ argv: ['sh', '-c', HAS] }, { ...o, stdin: keyOf(publicLine) });
  return exitCode === 0;
}

/** Removes a public key; all other lines stay. Quiet when it is not there. */
export async function removeKey(transport: HostTransport, publicLine: string, o: KeyWait): Promise<void> {
  await transport.require({ argv: ['sh', '-c', REMOVE] }, { ...o, stdin: keyOf(publicLine) });
}

/** Adds a public key over a connection that stands. */
export async function addKey(transport: HostTransport, publicLine: string, o: KeyWait): Promise<boolean> {
  const line = `${publicLine.trim()}\n`;
  const { stdout } = await transport.require({ argv: ['sh', '-c', INSTALL] }, { ...o, stdin: line });
  return stdout.trim() === 'added';
}

/** The part that is the key: an empty one would match every line of the file. */
function keyOf(publicLine: string): string {
  const [, key] = publicLine.trim().split(/\s+/);
  if (key === undefined || key.length < 40) throw new AppError('ASSERTION', { message: 'not a public key' });
  return `${key}\n`;
}

/**
 * Logs in once with a password, which is then forgotten, and installs a public key. Resolves with
 * whether a line was added.
 */
export async function installKeyWithPassword(
  connections: HostConnections,
  target: Omit<SshTarget, 'credential' | 'serverId'>,
  password: Secret,
  publicLine: string,
  o: KeyWait,
): Promise<boolean> {
  const once: SshTarget = {
    ...target,
    serverId: `install-key-${randomUUID()}`,
    credential: { kind: 'password', password },
  };
  try {
    const transport = await connections.connect(once, o);
    return await addKey(transport, publicLine, o);
  } finally {
    await connections.forget(once.serverId);
  }
}
