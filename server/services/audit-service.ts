import type { AuditFilter, AuditReader } from '#server/ports/audit-log.ts';
import { CHAIN_START, chainFault, type ChainLink } from './audit-chain.ts';
import type { ChainVerdict, Services } from './services.ts';

/** Entries that are held in memory at once while the chain is walked. */
const BATCH = 1_000;

/** Looking at what was done, and proving that nothing of it was changed. */
export function createAuditService(reader: AuditReader): Services['audit'] {
  return {
    list: async (filter, before, limit) => {
      const entries = await reader.newest(filter, before, limit);
      return { entries, next: entries.length < limit ? null : (entries.at(-1)?.id ?? null) };
    },
    names: () => reader.names(),
    verify: () => verify(reader),
    all: (filter) => all(reader, filter),
  };
}

async function* all(reader: AuditReader, filter: AuditFilter) {
  let after: string | null = null;
  for (;;) {
    const batch = await reader.oldest(filter, after, BATCH);
    yield* batch;
    after = batch.at(-1)?.id ?? null;
    if (batch.length < BATCH) return;
  }
}

async function verify(reader: AuditReader): Promise<ChainVerdict> {
  let last: ChainLink = CHAIN_START;
  for await (const entry of all(reader, {})) {
    const fault = chainFault(last, entry);
    if (fault !== null) {
      return {
        checked: Number(last.id),
        lastHash: last.hash,
        broken: { id: entry.id, atMs: entry.atMs, fault },
      };
    }
    last = { id: BigInt(entry.id), hash: entry.hash };
  }
  return { checked: Number(last.id), lastHash: last.hash, broken: null };
}
