import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { appRouter } from '#server/trpc/root.ts';
import { requestContext } from '#server/web/request-context.ts';

export const dynamic = 'force-dynamic';

function answer(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: ({ resHeaders }) => requestContext(request.headers, resHeaders),
  });
}

export { answer as GET, answer as POST };
