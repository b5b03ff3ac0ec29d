import { headers } from 'next/headers';
import { cache } from 'react';
import { appRouter } from '#server/trpc/root.ts';
import { createCallerFactory } from '#server/trpc/trpc.ts';
import { requestContext } from './request-context.ts';

/** The context of the page that is being rendered; one per request. */
export const pageContext = cache(async () => requestContext(new Headers(await headers()), new Headers()));

/** The API for server components: `(await serverCaller()).pair.list()`. Answers as the signed-in person. */
export const serverCaller = cache(async () => createCallerFactory(appRouter)(await pageContext()));
