import { z } from 'zod';
import { EXPORT_FORMATS, exportAudit } from '#server/services/audit-export.ts';
import { auditFilterSchema } from '#server/trpc/routers/audit/audit-filter.types.ts';
import { requestContext } from '#server/web/request-context.ts';

export const dynamic = 'force-dynamic';

const querySchema = auditFilterSchema.extend({ format: z.enum(EXPORT_FORMATS).default('csv') });
const TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' } as const;

/** The audit log as a file, streamed: it may be long. */
export async function GET(request: Request): Promise<Response> {
  const { session, services } = await requestContext(request.headers, new Headers());
  if (session === null) return new Response('sign in first\n', { status: 401 });
  const query = querySchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!query.success) return new Response('the request cannot be understood\n', { status: 400 });
  const { format, ...filter } = query.data;
  const parts = exportAudit(services.audit.all(filter), format);
  return new Response(toStream(parts), {
    headers: {
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="tandem-audit.${format}"`,
      'cache-control': 'no-store',
    },
  });
}

function toStream(parts: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const part = await parts.next();
      if (part.done === true) controller.close();
      else controller.enqueue(encoder.encode(part.value));
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}
