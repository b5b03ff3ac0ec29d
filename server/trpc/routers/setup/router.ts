import { router } from '#server/trpc/trpc.ts';
import { claim } from './claim.ts';
import { status } from './status.ts';

export const setupRouter = router({ claim, status });
