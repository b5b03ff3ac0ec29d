import { z } from 'zod';

/** `lastEventId` is set by the client library when it reconnects: without it here, resuming would restart. */
export const streamLiveSchema = z.object({ lastEventId: z.string().max(200).nullish() });
