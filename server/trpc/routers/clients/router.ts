import { router } from '#server/trpc/trpc.ts';
import { endSessions } from './end-sessions.ts';
import { listRoutes } from './list-routes.ts';
import { lookAtClients } from './look-at-clients.ts';
import { removeRoute } from './remove-route.ts';
import { saveRoute } from './save-route.ts';

export const clientsRouter = router({
  routes: listRoutes,
  saveRoute,
  removeRoute,
  look: lookAtClients,
  endSessions,
});
