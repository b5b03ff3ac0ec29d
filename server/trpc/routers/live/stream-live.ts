import { tracked } from '@trpc/server';
import { protectedProcedure } from '#server/trpc/trpc.ts';
import { streamLiveSchema } from './stream-live.types.ts';

/** Ticks and notices from the last one that the browser has seen. */
export const streamLive = protectedProcedure.input(streamLiveSchema).subscription(async function* ({
  ctx,
  input,
  signal,
}) {
  const ended = signal ?? new AbortController().signal;
  for await (const event of ctx.services.live.stream(input.lastEventId ?? null, ended)) {
    yield tracked(event.id, event);
  }
});
