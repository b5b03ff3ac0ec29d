import type { CheckResult, CheckRow, ServerChecks, ServerFacts } from '#server/domain/server-check.ts';

export interface StoredServer {
  id: string;
  name: string;
  host: string;
  port: number;
  username: string;
  credentialKind: 'generated-key' | 'private-key';
  privateKeyId: string | null;
  passphraseId: string | null;
  sudoPasswordId: string | null;
  publicKey: string;
  jumpServerId: string | null;
  /** Base64 of the raw key blob. */
  hostKey: string | null;
  hostKeyType: string | null;
  hostKeyFingerprint: string | null;
  hostKeyApprovedBy: string | null;
  offeredHostKey: string | null;
  offeredHostKeyType: string | null;
  offeredHostKeyFingerprint: string | null;
  stateDirectory: string | null;
  status: 'draft' | 'verified';
  checks: ServerChecks;
  facts: ServerFacts | null;
  /** Names of pairs with an instance on it. */
  pairNames: string[];
}

export type NewStoredServer = Pick<
  StoredServer,
  | 'id'
  | 'name'
  | 'host'
  | 'port'
  | 'username'
  | 'credentialKind'
  | 'privateKeyId'
  | 'passphraseId'
  | 'sudoPasswordId'
  | 'publicKey'
  | 'jumpServerId'
>;

/** The inventory of servers. Rejects NOT_FOUND, NAME_TAKEN, IN_USE. */
export interface ServerStore {
  list(): Promise<StoredServer[]>;
  get(id: string): Promise<StoredServer>;
  create(server: NewStoredServer): Promise<void>;
  update(
    id: string,
    change: Partial<Omit<StoredServer, 'id' | 'checks' | 'facts' | 'pairNames'>>,
  ): Promise<void>;
  /** Writes one row of the checklist; the others stay. */
  saveCheck(id: string, row: CheckRow, result: CheckResult): Promise<void>;
  saveFacts(id: string, facts: ServerFacts): Promise<void>;
  /** Rejects IN_USE with what needs the server: a pair, a hook, a client route, a jump. */
  requireUnused(id: string): Promise<void>;
  /** Rejects IN_USE as `requireUnused`. */
  remove(id: string): Promise<void>;
}
