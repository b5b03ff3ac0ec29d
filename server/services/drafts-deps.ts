import type { AuditLog } from '#server/ports/audit-log.ts';
import type { DraftStore } from '#server/ports/draft-store.ts';
import type { OperationReader } from '#server/ports/operation-reader.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { ServerStore } from '#server/ports/server-store.ts';
import type { StartDeps } from './start-operation.ts';

export interface DraftsDeps extends StartDeps {
  drafts: DraftStore;
  servers: ServerStore;
  secrets: SecretStore;
  reader: OperationReader;
  audit: AuditLog;
}
