import { labKind } from './lab-kind.ts';

/**
 * Integration tests that need hosts with networks, processes, users or a root directory of their own:
 * they cut networks, log in as others, use sudo, or read what the kernel says of all processes.
 */
const WHOLE_HOSTS_ONLY = [
  'adopt-pair',
  'canary-setup',
  'command-line',
  'failover',
  'forwarding-forbidden',
  'hostile-values',
  'monitor-faults',
  'plain-runtime',
  'practice-hosts',
  'setup-behind-nat',
  'setup-killed-worker',
  'setup-undo',
  'ssh-causes',
  'ssh-transport',
  'switchover-endings',
  'with-fence',
].map((name) => `e2e/integration/${name}.test.ts`);

/** Test files that cannot run on the practice hosts of this system; skipped and counted. */
export function notPossibleHere(): string[] {
  return labKind() === 'loopback' ? WHOLE_HOSTS_ONLY : [];
}
