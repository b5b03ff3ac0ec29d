import type { Fences } from '#server/ports/fences.ts';
import type { ChangeWorld } from '../change/world.ts';

/** What an emergency failover reaches. */
export interface FailoverWorld extends ChangeWorld {
  fences: Fences;
}
