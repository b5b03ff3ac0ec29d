import { Secret } from '#server/domain/secret.ts';
import type { SshTarget } from '#server/ports/host-transport.ts';
import type { LabHost } from './lab-host.ts';
import type { Lab } from './start-lab.ts';

/** How Tandem reaches a practice host: its login key, its pinned host key. */
export async function labSshTarget(lab: Lab, host: LabHost, o: Partial<SshTarget> = {}): Promise<SshTarget> {
  const [, key = ''] = (await host.ssh.hostKeyLine()).split(' ');
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
