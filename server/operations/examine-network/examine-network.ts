import { defineOperation, type ReadStep } from '#server/engine/define-operation.ts';
import type { NetworkLook } from '#server/domain/network-look.ts';
import { text } from '#server/domain/text.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Json } from '#server/ports/operation-store.ts';
import type { Examined } from './examined.ts';
import { parseExamineNetwork, type ExamineNetworkInput } from './input.ts';
import { judgeWay } from './judge-way.ts';
import { observeWay, type NetworkWorldNodes } from './observe-way.ts';
import { shutDoors } from './shut-doors.ts';

const LOOK_MS = 20_000;

export interface NetworkWorld extends NetworkWorldNodes {
  clock: Clock;
}

/** Both ways one after the other, so that a measurement is not disturbed by the other one. */
const examine: ReadStep<NetworkWorld, ExamineNetworkInput> = {
  kind: 'read',
  name: 'examine',
  group: 'reads',
  server: () => null,
  explain: (c) =>
    text(
      `Look at the network between ${c.input.primary.serverName} and ${c.input.standby.serverName}, both ways.`,
      `Das Netz zwischen ${c.input.primary.serverName} und ${c.input.standby.serverName} in beiden Richtungen ansehen.`,
    ),
  expectedMs: () => 8_000,
  timeoutMs: 180_000,
  read: async (c) => {
    const wait = { signal: c.signal, timeoutMs: LOOK_MS };
    const examined = examinedPair(c.input);
    const look: NetworkLook = { gates: [], doors: [], later: [], bytesPerSecond: null, takenAtMs: 0 };
    for (const from of ['standby', 'primary'] as const) {
      const seen = await observeWay(c.world, examined, from, wait);
      look.gates.push(...judgeWay(seen, examined, c.world.clock.nowMs()));
      look.doors.push(...shutDoors(seen, examined));
    }
    look.takenAtMs = c.world.clock.nowMs();
    return JSON.parse(JSON.stringify(look)) as Json;
  },
};

/** A pair that is there, watched for an hour. */
export const examinedPair = (input: ExamineNetworkInput): Examined => ({
  ...input,
  wal: input.wal && { ...input.wal, watched: 'hour' },
  planned: null,
});

/** Looks at the network between the servers of a pair; changes nothing. */
export const examineNetwork = defineOperation<NetworkWorld, null, ExamineNetworkInput>({
  kind: 'examine-network',
  version: 1,
  title: ({ pairName }) => text(`Examine the network of ${pairName}`, `Das Netz von ${pairName} untersuchen`),
  parseInput: parseExamineNetwork,
  observe: () => Promise.resolve(null),
  steps: [examine],
});
