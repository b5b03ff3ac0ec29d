import { router } from '#server/trpc/trpc.ts';
import { listEntries } from './list-entries.ts';
import { listNames } from './list-names.ts';
import { verifyChain } from './verify-chain.ts';

export const auditRouter = router({
  list: listEntries,
  names: listNames,
  verify: verifyChain,
});
