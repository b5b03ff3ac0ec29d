import { AppError } from '#server/errors/app-error.ts';
import type { StepContext } from '#server/engine/define-operation.ts';
import { TLS_FILES } from '#server/domain/pair-tls.ts';
import type { PairWorld } from '../pair-world.ts';
import type { EncryptInput, Side, zMaterial } from './input.ts';
import type * as z from 'zod';

/** What encrypting reaches. */
export interface EncryptWorld extends PairWorld {
  secretExists(id: string): Promise<boolean>;
  forgetSecret(id: string): Promise<void>;
}

export type EncryptContext = StepContext<EncryptWorld, EncryptInput>;

export function materialOf(input: EncryptInput): z.infer<typeof zMaterial> {
  if (input.material !== null) return input.material;
  throw new AppError('ASSERTION', { message: 'no certificates were made for this run' });
}

export const pathOn = (input: EncryptInput, side: Side, file: keyof typeof TLS_FILES): string =>
  `${input[side].location.dataDirectory}/${TLS_FILES[file]}`;
