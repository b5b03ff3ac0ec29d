import { spawnSync } from 'node:child_process';
import { asRoot, NAMESPACE_MARK } from './processes/as-root.ts';

/**
 * How practice hosts are kept apart. `namespaces`: each has its own network, processes, users and files.
 * `loopback`: they share all of that with this machine; each has an address of 127.0.0.0/8, ports and a
 * folder of its own. That is all that a container without rights over namespaces allows.
 */
export type LabKind = 'namespaces' | 'loopback';

/** Chooses the kind by hand; otherwise what is possible decides. Children inherit the decision. */
export const LAB_KIND_VARIABLE = 'TANDEM_LAB_KIND';

let decided: LabKind | null = null;

/** The kind of this process and its children. Asks the kernel once: a bridge and a set of namespaces, made and dropped. */
export function labKind(): LabKind {
  decided ??= given() ?? (mayMakeNamespaces() ? 'namespaces' : 'loopback');
  return decided;
}

function given(): LabKind | null {
  const value = process.env[LAB_KIND_VARIABLE];
  if (value === undefined || value === '') return null;
  if (value === 'namespaces' || value === 'loopback') return value;
  throw new Error(`${LAB_KIND_VARIABLE} is "${value}"; it may be namespaces or loopback`);
}

/** As root, of the machine or of a user namespace, both of which may still lack the rights. */
function mayMakeNamespaces(): boolean {
  if (process.getuid?.() !== 0 && process.env[NAMESPACE_MARK] !== '1') return false;
  const inside = 'mount --make-rprivate / && ip link add tandem-trial type bridge';
  const [program, ...args] = asRoot([
    'unshare', '--mount', '--uts', '--ipc', '--net', '--pid', '--fork', '--mount-proc', 'sh', '-c', inside,
  ]); // prettier-ignore
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Why a fault or a feature of practice hosts is not possible on loopback addresses; null where it is. */
export function lackingOnLoopback(what: string): string | null {
  return labKind() === 'loopback' ? `${what}: practice hosts on loopback addresses cannot do that` : null;
}
