import { webHealth } from '#server/web/health.ts';

export const dynamic = 'force-dynamic';

/** 200 while the web process can do its work, 503 with the failing part otherwise. No details: it is public. */
export async function GET(): Promise<Response> {
  const health = await webHealth();
  return Response.json(health, { status: health.ok ? 200 : 503, headers: { 'cache-control': 'no-store' } });
}
