import * as z from 'zod';
import { ROUTE_KINDS } from '#server/domain/client-route.ts';
import type { RouteOutcome, RouteSighting } from '#server/domain/route-sighting.ts';

const zSighting = z.object({
  routeId: z.string(),
  name: z.string(),
  kind: z.enum(ROUTE_KINDS),
  address: z.string(),
  state: z.enum(['node', 'stranger', 'unproven', 'unreachable']),
  serverName: z.string().nullable(),
  acceptsWrites: z.boolean().nullable(),
  detail: z.string().nullable(),
  ttlSeconds: z.number().nullable(),
}) satisfies z.ZodType<RouteSighting>;

/** Where clients arrived behind a change of roles, as its run kept it. */
export const zRouteOutcome = z.object({
  newPrimary: z.string(),
  seenAtMs: z.number(),
  routes: z.array(zSighting),
}) satisfies z.ZodType<RouteOutcome>;
