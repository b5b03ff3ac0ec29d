import type { StepContext } from '#server/engine/define-operation.ts';
import type { PairWorld } from '../pair-world.ts';
import type { SetupInput } from './input.ts';

export type SetupContext = StepContext<PairWorld, SetupInput>;
