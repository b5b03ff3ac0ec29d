import { auditRouter } from './routers/audit/router.ts';
import { changeRouter } from './routers/change/router.ts';
import { clientsRouter } from './routers/clients/router.ts';
import { draftRouter } from './routers/draft/router.ts';
import { hookRouter } from './routers/hook/router.ts';
import { liveRouter } from './routers/live/router.ts';
import { operationRouter } from './routers/operation/router.ts';
import { pairRouter } from './routers/pair/router.ts';
import { serverRouter } from './routers/server/router.ts';
import { setupRouter } from './routers/setup/router.ts';
import { slotRouter } from './routers/slot/router.ts';
import { tokenRouter } from './routers/token/router.ts';
import { router } from './trpc.ts';

/** Everything that the browser may ask. */
export const appRouter = router({
  audit: auditRouter,
  change: changeRouter,
  clients: clientsRouter,
  draft: draftRouter,
  hook: hookRouter,
  live: liveRouter,
  operation: operationRouter,
  pair: pairRouter,
  server: serverRouter,
  setup: setupRouter,
  slot: slotRouter,
  token: tokenRouter,
});

export type AppRouter = typeof appRouter;
