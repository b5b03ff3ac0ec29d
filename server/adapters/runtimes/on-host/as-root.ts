import { AppError } from '#server/errors/app-error.ts';
import type { HostTransport } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

/** Whether commands may run as that OS user; sudo's refusal is an answer, everything else is thrown. */
export async function mayActAs(transport: HostTransport, user: string, o: Wait): Promise<boolean> {
  try {
    return (await transport.run({ argv: ['true'], runAs: user }, o)).exitCode === 0;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'SUDO_REFUSED') return false;
    throw thrown;
  }
}

/** Whether commands may run as root on the host: as the login user itself, or through sudo. Asked once. */
export function rootAsked(transport: HostTransport): (o: Wait) => Promise<boolean> {
  let known: boolean | null = null;
  return async (o) => {
    known ??= await mayActAs(transport, 'root', o);
    return known;
  };
}
