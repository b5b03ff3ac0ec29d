import * as z from 'zod';
import { parseChange } from '../change/input.ts';
import { zLocation } from '../setup-standby/input.ts';

const zSide = z.object({
  serverId: z.string(),
  serverName: z.string(),
  instanceId: z.string(),
  location: zLocation,
});

/** The recorded primary, which runs read-only, and its partner. */
const zOpenInput = z.object({
  pairId: z.string(),
  pairName: z.string(),
  systemIdentifier: z.string(),
  /** The person said that the partner, which cannot be looked at, is no primary. */
  partnerUnseen: z.boolean(),
  primary: zSide,
  standby: zSide,
});
export type OpenInput = z.infer<typeof zOpenInput>;

/** Parses stored input; throws INVALID_INPUT that names the field. */
export const parseOpenInput = (raw: unknown): OpenInput => parseChange(zOpenInput, raw);
