import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { RETRY, type MutationStep, type ReadStep, type WaitStep } from '#server/engine/define-operation.ts';
import { passfilePath } from '#server/domain/own-files.ts';
import { text } from '#server/domain/text.ts';
import type { SetupObservation } from '../observation.ts';
import { type SetupInput } from '../input.ts';
import { within, type PairWorld } from '../../pair-world.ts';

/** pg_stat_replication on the primary and recovery on the standby, both at once. */
export const waitUntilStreaming: WaitStep<PairWorld, SetupInput> = {
  kind: 'wait',
  name: 'wait-streaming',
  group: 'proves',
  server: (c) => c.input.primary.serverName,
  explain: (c) =>
    text(
      `Wait until ${c.input.standby.serverName} streams.`,
      `Warten, bis ${c.input.standby.serverName} per Streaming repliziert.`,
    ),
  actions: (c) => [
    {
      type: 'sql',
      server: c.input.primary.serverName,
      statement: `SELECT state, sync_state, replay_lsn FROM pg_stat_replication WHERE application_name = '${c.input.slotName}';`,
    },
    { type: 'sql', server: c.input.standby.serverName, statement: 'SELECT pg_is_in_recovery();' },
  ],
  expectedMs: () => 1_000,
  isDone: async (c) => {
    const senders = await c.world.primary.admin.senders(within(c));
    const ours = senders.find((s) => s.applicationName === c.input.slotName && s.state === 'streaming');
    if (ours === undefined) return 'not-done';
    return (await c.world.standby.admin.status(within(c))).inRecovery ? 'done' : 'not-done';
  },
  output: async (c) => {
    const senders = await c.world.primary.admin.senders(within(c));
    const ours = senders.find((s) => s.applicationName === c.input.slotName);
    return { replayLsn: ours?.replayLsn ?? null, clientAddr: ours?.clientAddr ?? null };
  },
  fact: (output) => {
    const { replayLsn } = z.object({ replayLsn: z.string().nullable() }).parse(output);
    return text(`streaming, replayed ${replayLsn ?? '?'}`, `Streaming, eingespielt bis ${replayLsn ?? '?'}`);
  },
  timeouts: { settleMs: 120_000, pollMs: 250 },
};

/** The way back, tried for real: after a change of roles the old primary connects in this direction. */
export const proveWayBack: ReadStep<PairWorld, SetupInput> = {
  kind: 'read',
  name: 'prove-way-back',
  group: 'proves',
  server: (c) => c.input.primary.serverName,
  explain: (c) =>
    text(
      `Connect from ${c.input.primary.serverName} to ${c.input.standby.serverName} with the replication role: the direction after a switch of roles.`,
      `Von ${c.input.primary.serverName} zu ${c.input.standby.serverName} mit der Replikationsrolle verbinden: die Richtung nach einem Rollenwechsel.`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.primary.serverName,
      runAs: c.input.primary.location.osOwner,
      line: `psql "host=${c.input.standby.address} port=${c.input.standby.location.port} user=${c.input.roles.replication.name} replication=true" -c IDENTIFY_SYSTEM`,
    },
  ],
  expectedMs: () => 500,
  timeoutMs: 30_000,
  read: async (c) => {
    const answer = await c.world.primary.network.replication({
      ...within(c, 20_000),
      host: c.input.standby.address,
      port: c.input.standby.location.port,
      user: c.input.roles.replication.name,
      passfile: passfilePath(c.input.primary.location.dataDirectory),
    });
    if (answer.result === 'ok' && answer.systemIdentifier === c.input.systemIdentifier) {
      return { address: c.input.standby.address };
    }
    throw new AppError('GATE_FAILED', {
      message: `${c.input.primary.serverName} cannot replicate from ${c.input.standby.serverName} (${answer.result})`,
      detail:
        'detail' in answer ? answer.detail : 'seenAddress' in answer ? `seen as ${answer.seenAddress}` : '',
      hint:
        answer.result === 'no-hba-rule'
          ? `The other side sees ${answer.seenAddress}: make the plan anew with this address.`
          : 'Open the PostgreSQL port between the two servers in this direction, then retry.',
    });
  },
  fact: () => text('both directions work', 'beide Richtungen funktionieren'),
};

const zMarker = z.object({ roundTripMs: z.number() });

/** A write on the primary, seen on the standby. */
export const proveMarker: MutationStep<PairWorld, SetupObservation, SetupInput> = {
  kind: 'mutation',
  name: 'prove-marker',
  group: 'proves',
  server: (c) => c.input.primary.serverName,
  explain: (c) =>
    text(
      `Write a marker on ${c.input.primary.serverName} and read it on ${c.input.standby.serverName}.`,
      `Auf ${c.input.primary.serverName} einen Marker schreiben und ihn auf ${c.input.standby.serverName} lesen.`,
    ),
  actions: (c) => [
    {
      type: 'sql',
      server: c.input.primary.serverName,
      statement: `COMMENT ON ROLE ${c.input.roles.replication.name} IS 'Tandem: replication of ${c.input.pairId}';`,
    },
    {
      type: 'sql',
      server: c.input.standby.serverName,
      statement: `SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = '${c.input.roles.replication.name}';`,
    },
  ],
  expectedMs: () => 500,
  needs: [],
  isDone: async (c) =>
    (await c.world.standby.admin.readMarker(c.input.roles.replication.name, within(c))) === marker(c.input)
      ? 'done'
      : 'not-done',
  do: (c) => c.world.primary.admin.writeMarker(c.input.roles.replication.name, marker(c.input), within(c)),
  output: async (c) => {
    // Measured on its own marker, so that a resumed step measures as well.
    const { clock } = c.world;
    const startedAtMs = clock.monotonicMs();
    const probe = `${marker(c.input)}, probe`;
    const role = c.input.roles.replication.name;
    await c.world.primary.admin.writeMarker(role, probe, within(c));
    while ((await c.world.standby.admin.readMarker(role, within(c))) !== probe)
      await clock.sleep(5, c.signal);
    const roundTripMs = Math.round(clock.monotonicMs() - startedAtMs);
    await c.world.primary.admin.writeMarker(role, marker(c.input), within(c));
    return { roundTripMs };
  },
  fact: (output) => {
    const { roundTripMs } = zMarker.parse(output);
    return text(`written and read back in ${roundTripMs} ms`, `in ${roundTripMs} ms geschrieben und gelesen`);
  },
  undo: {
    nothing: text(
      'The marker is a comment on a role that goes.',
      'Der Marker ist ein Kommentar an einer Rolle, die entfernt wird.',
    ),
  },
  timeouts: { doMs: 20_000, settleMs: 30_000, pollMs: 20 },
  retry: RETRY.transientOnly,
};

const marker = (input: SetupInput): string => `Tandem: replication of ${input.pairId}`;
