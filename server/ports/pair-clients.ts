import type { ClientsLook } from '#server/domain/clients-look.ts';

/** Looks at applications between the worker that takes them and the pages that show them. */
export interface PairClients {
  /** Keeps the wish alive for `forMs` from now, by the database's clock. */
  want(pairId: string, forMs: number): Promise<void>;
  /** Pairs whose page is open. */
  wanted(): Promise<string[]>;
  save(pairId: string, look: ClientsLook): Promise<void>;
  read(pairId: string): Promise<ClientsLook | null>;
}
