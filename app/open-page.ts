import { redirect } from 'next/navigation';
import { pageContext, serverCaller } from '#server/web/caller.ts';

/** Lets only signed-in people onto a page: others sign in and come back, or set Tandem up first. */
export async function openPage(path: string): Promise<void> {
  const { session } = await pageContext();
  if (session !== null) return;
  const { claimed } = await (await serverCaller()).setup.status();
  redirect(claimed ? `/sign-in?next=${encodeURIComponent(path)}` : '/setup');
}
