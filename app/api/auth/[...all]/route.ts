import { webServices } from '#server/web/compose.ts';

export const dynamic = 'force-dynamic';

async function answer(request: Request): Promise<Response> {
  return (await webServices()).identity.answer(request);
}

export { answer as GET, answer as POST };
