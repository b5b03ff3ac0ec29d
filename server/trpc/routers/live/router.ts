import { router } from '#server/trpc/trpc.ts';
import { streamLive } from './stream-live.ts';

export const liveRouter = router({
  stream: streamLive,
});
