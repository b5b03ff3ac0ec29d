import type { HostTransport } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

/** Whether commands may run as root on the host: as the login user itself, or through sudo. Asked once. */
export function rootAsked(transport: HostTransport): (o: Wait) => Promise<boolean> {
  let known: boolean | null = null;
  return async (o) => {
    known ??= (await transport.run({ argv: ['true'], runAs: 'root' }, o)).exitCode === 0;
    return known;
  };
}
