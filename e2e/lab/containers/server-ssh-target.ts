import { Secret } from '#server/domain/secret.ts';
import type { SshTarget } from '#server/ports/host-transport.ts';
import type { ServerHost } from './server-host.ts';
import type { ServerLab } from './start-servers.ts';

/** How Tandem reaches a practice server: the lab's login key, the host's pinned key, user admin unless told otherwise. */
export async function serverSshTarget(
  lab: ServerLab,
  host: ServerHost,
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
