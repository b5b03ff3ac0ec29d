import { AppError } from '#server/errors/app-error.ts';
import { text } from '#server/domain/text.ts';
import type { ReadStep, WaitStep } from '#server/engine/define-operation.ts';
import { within } from '../../pair-world.ts';
import { chosenOf, chosenNames, containerOf, type ReleaseInput } from '../input.ts';
import { gateConfigOf, type ReleaseWorld } from '../observation.ts';
import type { ReleaseContext } from './remake-container.ts';

/** All that must be as it was, and the one thing that must not. */
export const proveRelease: ReadStep<ReleaseWorld, ReleaseInput> = {
  kind: 'read',
  name: 'prove',
  group: 'proves',
  server: (c) => c.input.node.serverName,
  explain: (c) =>
    text(
      `See that ${c.input.node.serverName} is the same server in the same role, that no value has changed, that none of them comes from the command line any more, and that a later “up” of Compose has nothing to do.`,
      `Prüfen, dass ${c.input.node.serverName} derselbe Server in derselben Rolle ist, dass sich kein Wert geändert hat, dass keiner mehr von der Kommandozeile kommt und dass ein späteres „up“ von Compose nichts zu tun hat.`,
    ),
  expectedMs: () => 1_000,
  timeoutMs: 60_000,
  read: async (c) => {
    const wrong = [...(await wrongInServer(c)), ...(await wrongAround(c))];
    if (wrong.length === 0) return { names: chosenNames(c.input) };
    throw new AppError('COMMAND_FAILED', {
      message: `${c.input.node.serverName} is not as it was`,
      detail: wrong.join('; '),
      hint: 'The old file and the old container are put back.',
    });
  },
};

async function wrongInServer(c: ReleaseContext): Promise<string[]> {
  const { admin } = c.world.node;
  const [status, rows] = await Promise.all([
    admin.status(within(c)),
    admin.settings(chosenNames(c.input), within(c)),
  ]);
  const wrong: string[] = [];
  if (status.systemIdentifier !== c.input.systemIdentifier)
    wrong.push(`system identifier ${status.systemIdentifier}`);
  if (status.inRecovery !== c.input.inRecovery) wrong.push(`in recovery: ${status.inRecovery}`);
  for (const { name, setting } of chosenOf(c.input)) {
    const row = rows.get(name);
    if (row?.setting !== setting) wrong.push(`${name} is ${row?.setting ?? 'not there'}, was ${setting}`);
    if (row?.source === 'command line') wrong.push(`${name} still comes from the command line`);
  }
  return wrong;
}

async function wrongAround(c: ReleaseContext): Promise<string[]> {
  const { compose, node } = c.world;
  const name = containerOf(c.input);
  const [container, hash, gate] = await Promise.all([
    compose.container(name, within(c)),
    c.input.hashTells ? compose.hash(c.input.place, name, within(c)) : null,
    gateConfigOf(node, within(c)),
  ]);
  const wrong: string[] = [];
  if (container?.restartPolicy !== c.input.restartPolicy)
    wrong.push(`restart policy ${container?.restartPolicy ?? 'none'}, was ${c.input.restartPolicy}`);
  if (hash !== null && hash.state !== 'same') wrong.push(`Compose would make it anew: ${hash.detail}`);
  if (gate !== c.input.startGate) wrong.push('the start gate is another one');
  return wrong;
}

/** Behind the point of no return: a second outage would not bring a connection back. */
export const waitReplication: WaitStep<ReleaseWorld, ReleaseInput> = {
  kind: 'wait',
  name: 'wait-replication',
  group: 'comes-back',
  server: (c) => c.input.node.serverName,
  skip: (input) => input.senders.length === 0 && !input.receives,
  explain: (c) =>
    c.input.receives
      ? text(
          `Wait until ${c.input.node.serverName} replicates again.`,
          `Warten, bis ${c.input.node.serverName} wieder repliziert.`,
        )
      : text(
          `Wait until ${c.input.senders.join(', ')} streams from ${c.input.node.serverName} again.`,
          `Warten, bis ${c.input.senders.join(', ')} wieder von ${c.input.node.serverName} repliziert.`,
        ),
  expectedMs: () => 3_000,
  isDone: async (c) => {
    const { admin } = c.world.node;
    if (c.input.receives && (await admin.status(within(c))).senderHost === null) return 'not-done';
    const streaming = (await admin.senders(within(c))).filter((s) => s.state === 'streaming');
    const there = streaming.map((s) => s.applicationName);
    return c.input.senders.every((name) => there.includes(name)) ? 'done' : 'not-done';
  },
  timeouts: { settleMs: 120_000, pollMs: 200 },
};
