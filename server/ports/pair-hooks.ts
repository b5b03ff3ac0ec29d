import type { ChangeHook } from '#server/domain/change-hook.ts';

/** The hooks of pairs, as a person entered them. */
export interface PairHooks {
  /** In the order in which they are called within their moment; rejects NOT_FOUND. */
  list(pairId: string): Promise<ChangeHook[]>;
  /** Changes the list while nobody else does; what `change` throws leaves everything as it was. */
  update(pairId: string, change: (hooks: ChangeHook[]) => ChangeHook[]): Promise<void>;
}
