import type { RouteView } from '#server/services/services.ts';

/** Where clients connect. */
export function routeAddressOf(route: RouteView): string {
  if (route.kind === 'multi-host') return route.uri;
  return `${route.host.includes(':') ? `[${route.host}]` : route.host}:${route.port}`;
}
