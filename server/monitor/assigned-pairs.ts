import { createHash } from 'node:crypto';

/**
 * Rendezvous hashing: every worker computes the same owner for a pair from the list of live
 * workers, and when one dies only its pairs move.
 */
export function isAssigned(pairId: string, workers: readonly string[], me: string): boolean {
  let owner: string | null = null;
  let highest = '';
  for (const worker of workers.includes(me) ? workers : [...workers, me]) {
    const weight = createHash('sha256').update(`${worker}\0${pairId}`).digest('hex');
    if (owner === null || weight > highest) {
      owner = worker;
      highest = weight;
    }
  }
  return owner === me;
}
