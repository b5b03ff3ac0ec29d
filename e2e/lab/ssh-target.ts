import { Secret } from '#server/domain/secret.ts';
import type { SshTarget } from '#server/ports/host-transport.ts';

/** A practice host of any kind. */
interface PracticeHost {
  name: string;
  address: string;
  sshPort: number;
  user: string;
  /** The public host key, one line in OpenSSH's form. */
  hostKeyLine(): Promise<string>;
}

/** How Tandem reaches a practice host: the lab's login key, the host's pinned key. */
export async function sshTarget(
  lab: { loginKey: { privateKey: string } },
  host: PracticeHost,
  o: Partial<SshTarget> = {},
): Promise<SshTarget> {
  const [, key = ''] = (await host.hostKeyLine()).split(' ');
  return {
    serverId: host.name,
    host: host.address,
    port: host.sshPort,
    user: host.user,
    credential: { kind: 'key', privateKey: new Secret(lab.loginKey.privateKey) },
    hostKey: key,
    ...o,
  };
}
