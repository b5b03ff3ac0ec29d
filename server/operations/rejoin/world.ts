import type { Losses } from '#server/ports/losses.ts';
import type { ChangeWorld } from '../change/world.ts';

/** What bringing an old primary back reaches. */
export interface RejoinWorld extends ChangeWorld {
  losses: Losses;
}
