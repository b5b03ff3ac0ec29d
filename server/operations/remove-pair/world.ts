import type { StepContext } from '#server/engine/define-operation.ts';
import type { PairWorld } from '../pair-world.ts';
import type { RemoveInput } from './input.ts';

/** What remove-pair reaches. */
export interface RemoveWorld extends PairWorld {
  secretExists(id: string): Promise<boolean>;
  forgetSecret(id: string): Promise<void>;
}

export type RemoveContext = StepContext<RemoveWorld, RemoveInput>;
