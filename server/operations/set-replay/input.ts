import * as z from 'zod';
import { parseChange } from '../change/input.ts';
import { zLocation } from '../setup-standby/input.ts';

const zSide = z.object({
  serverId: z.string(),
  serverName: z.string(),
  instanceId: z.string(),
  location: zLocation,
});

/** What replay of the recorded standby shall do from now on. */
export const zReplayInput = z.object({
  pairId: z.string(),
  pairName: z.string(),
  wanted: z.enum(['paused', 'running']),
  systemIdentifier: z.string(),
  primary: zSide,
  standby: zSide,
});
export type ReplayInput = z.infer<typeof zReplayInput>;

/** Parses stored input; throws INVALID_INPUT that names the field. */
export const parseReplayInput = (raw: unknown): ReplayInput => parseChange(zReplayInput, raw);
