import * as z from 'zod';
import { GATE_POLICIES, type StartGateSpec } from '#server/domain/start-gate.ts';
import { parseChange } from '../change/input.ts';
import { zLocation } from '../setup-standby/input.ts';

const zSide = z.object({
  serverId: z.string(),
  serverName: z.string(),
  instanceId: z.string(),
  location: zLocation,
  /** Address under which the other node reaches it. */
  address: z.string().min(1),
});

/** Both nodes get the same gate, so that roles may change; `remove` takes both away. */
export const zGateInput = z.object({
  pairId: z.string(),
  pairName: z.string(),
  choice: z.enum([...GATE_POLICIES, 'remove']),
  waitSeconds: z.number().int().min(1).max(600),
  systemIdentifier: z.string(),
  slotName: z.string(),
  replicationRole: z.string(),
  primary: zSide,
  standby: zSide,
});
export type GateInput = z.infer<typeof zGateInput>;
export type Side = 'primary' | 'standby';

/** Parses stored input; throws INVALID_INPUT that names the field. */
export const parseGateInput = (raw: unknown): GateInput => parseChange(zGateInput, raw);

/** What the gates of a pair are made of. */
export type GateFacts = Pick<
  GateInput,
  'pairName' | 'choice' | 'waitSeconds' | 'systemIdentifier' | 'slotName' | 'replicationRole'
> &
  Record<Side, Pick<GateInput[Side], 'location' | 'address'>>;

/** What the gate of one side knows: it asks the other one. */
export function specOf(input: GateFacts, side: Side): StartGateSpec | null {
  if (input.choice === 'remove') return null;
  const other = input[side === 'primary' ? 'standby' : 'primary'];
  return {
    location: input[side].location,
    pairName: input.pairName,
    policy: input.choice,
    waitSeconds: input.waitSeconds,
    systemIdentifier: input.systemIdentifier,
    slotName: input.slotName,
    partner: { host: other.address, port: other.location.port },
    replicationRole: input.replicationRole,
  };
}
