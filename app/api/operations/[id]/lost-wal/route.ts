import { AppError } from '#server/errors/app-error.ts';
import { idSchema } from '#server/trpc/routers/id.types.ts';
import { requestContext } from '#server/web/request-context.ts';

export const dynamic = 'force-dynamic';

/** What a change of roles lost, as pg_waldump prints it, as a file. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { session, services } = await requestContext(request.headers, new Headers());
  if (session === null) return new Response('sign in first\n', { status: 401 });
  const id = idSchema.safeParse((await params).id);
  if (!id.success) return new Response('the request cannot be understood\n', { status: 400 });
  try {
    const { text, cut } = await services.operations.lostWal(id.data, session);
    return new Response(cut ? `${text}\n(the list was longer and is cut here)\n` : text, {
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'content-disposition': `attachment; filename="lost-wal.txt"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    });
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'NOT_FOUND')
      return new Response(`${thrown.message}\n`, { status: 404 });
    throw thrown;
  }
}
