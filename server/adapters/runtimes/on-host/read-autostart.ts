import type { Autostart } from '#server/ports/postgres-runtime.ts';

/** The word that a script prints; anything else is off. */
export function readAutostart(stdout: string): Autostart {
  const word = stdout.trim();
  return word === 'on' || word === 'taken' ? word : 'off';
}
