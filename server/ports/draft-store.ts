import type { DraftData } from '#server/domain/setup-draft.ts';

export interface StoredDraft {
  id: string;
  data: DraftData;
  operationId: string | null;
  updatedAtMs: number;
  createdBy: string;
}

/** The wizard's drafts. `get`, `save` and `setOperation` reject NOT_FOUND. */
export interface DraftStore {
  list(): Promise<StoredDraft[]>;
  get(id: string): Promise<StoredDraft>;
  create(id: string, data: DraftData, createdBy: string): Promise<StoredDraft>;
  save(id: string, data: DraftData): Promise<StoredDraft>;
  setOperation(id: string, operationId: string): Promise<void>;
  remove(id: string): Promise<void>;
}
