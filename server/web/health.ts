import { webServices } from './compose.ts';

export interface WebHealth {
  ok: boolean;
  database: boolean;
  /** The connection that live samples come through. */
  liveFeed: boolean;
}

/** What the web process can say about itself. */
export async function webHealth(): Promise<WebHealth> {
  try {
    const { prisma, live } = await webServices();
    await prisma.$queryRaw`select 1`;
    return { ok: true, database: true, liveFeed: live.connected };
  } catch (error) {
    // The answer is public; the reason is for the log of this machine only.
    console.error(error);
    return { ok: false, database: false, liveFeed: false };
  }
}
