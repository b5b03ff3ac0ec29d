import type { HostTransport } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

export interface HostState {
  directory: string;
  owner: string;
}

/** Where Tandem keeps lock, token and job files on a host: chosen once, at registration, and stored. */
export async function chooseHostState(transport: HostTransport, o: Wait): Promise<HostState> {
  const asRoot = await transport
    .run({ argv: ['true'], runAs: 'root' }, o)
    .then((result) => result.exitCode === 0)
    .catch(() => false);
  if (asRoot) return { directory: '/var/lib/tandem', owner: 'root' };
  const { stdout } = await transport.require({ argv: ['sh', '-c', 'id -un; cd && pwd'] }, o);
  const [owner = '', home = ''] = stdout.split('\n');
  return { directory: `${home}/.local/state/tandem`, owner };
}
