import type { OperationLogLine } from '#server/domain/operation-view.ts';
import type { StoredOperation } from './operation-store.ts';

/** What the pages read of operations beside `OperationStore.load`. */
export interface OperationReader {
  /** Newest first; read-only looks of the wizard are left out. */
  list(limit: number): Promise<StoredOperation[]>;
  log(id: string, afterSeq: number, limit: number): Promise<OperationLogLine[]>;
  /** The newest operation of these kinds whose input has this draftId; null = none. */
  newestOfDraft(draftId: string, kinds: readonly string[]): Promise<StoredOperation | null>;
  /** The newest operation on a server; null = none. */
  newestOfServer(serverId: string): Promise<string | null>;
}
