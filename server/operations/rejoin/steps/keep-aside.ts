import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { requireLsn } from '#server/domain/lsn.ts';
import { OWN_FILES } from '#server/domain/own-files.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeContext, ChangeWorld } from '../../change/world.ts';
import { dataDirectoryOf, type RejoinInput } from '../input.ts';
import type { RejoinObservation } from '../look.ts';
import { segmentNumber } from '../wal-segments.ts';

type Context = ChangeContext<RejoinInput>;
const MARKER = 'complete';
const WAL_NAME = /^[0-9A-F]{24}(\.partial)?$/;
const zKept = z.object({ files: z.number(), slots: z.array(z.string()) });

/** Names of the segments that hold WAL from the fork on (24 hex digits: timeline, then position). */
function isBeyond(input: RejoinInput, name: string): boolean {
  if (!WAL_NAME.test(name) || input.fork === null) return false;
  const segment = segmentNumber(name, input.walSegmentBytes);
  const timeline = Number.parseInt(name.slice(0, 8), 16);
  return (
    timeline >= input.fork.timeline && segment >= requireLsn(input.fork.lsn) / BigInt(input.walSegmentBytes)
  );
}

async function sources(c: Context): Promise<[string, string][]> {
  const data = dataDirectoryOf(c.input);
  const { files } = c.world.oldPrimary;
  const wal = (await files.list(`${data}/pg_wal`, c)) ?? [];
  const own = (await files.list(data, c)) ?? [];
  return [
    ...OWN_FILES.filter((f) => own.some((e) => e.path === f)).map((f): [string, string] => [
      `${data}/${f}`,
      f,
    ]),
    [`${data}/global/pg_control`, 'pg_control'],
    ...wal
      .filter((e) => e.kind === 'file' && isBeyond(c.input, e.path))
      .map((e): [string, string] => [`${data}/pg_wal/${e.path}`, `wal-${e.path}`]),
  ];
}

/**
 * What only this node has is copied before anything overwrites it: WAL beyond the fork, the control
 * file, its own configuration, the names of its slots. The copies are never removed by Tandem.
 */
export const keepAside: MutationStep<ChangeWorld, RejoinObservation, RejoinInput> = {
  kind: 'mutation',
  name: 'keep-aside',
  group: 'prepares',
  server: (c) => c.input.oldPrimary.serverName,
  skip: (input) => input.way === 'start',
  explain: (c) =>
    text(
      `Copy the WAL beyond the fork, the control file and the node's own files to ${c.input.keptIn}.`,
      `WAL jenseits der Gabelung, Kontrolldatei und eigene Dateien des Knotens nach ${c.input.keptIn} kopieren.`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.oldPrimary.serverName,
      runAs: c.input.oldPrimary.location.osOwner,
      line: `cp -p --reflink=auto ${dataDirectoryOf(c.input)}/{${OWN_FILES.join(',')},global/pg_control,pg_wal/…} ${c.input.keptIn}/`,
    },
  ],
  expectedMs: () => 1_000,
  needs: [],
  isDone: async (c) =>
    (await c.world.oldPrimary.files.stat(`${c.input.keptIn}/${MARKER}`, c)) === null ? 'not-done' : 'done',
  do: async (c) => {
    const { files } = c.world.oldPrimary;
    await files.makeDirectory(c.input.keptIn, { ...c, mode: 0o700 });
    const all = await sources(c);
    for (const [from, name] of all) await files.copy(from, `${c.input.keptIn}/${name}`, c);
    const slots = ((await files.list(`${dataDirectoryOf(c.input)}/pg_replslot`, c)) ?? []).map((e) => e.path);
    const note = JSON.stringify({ files: all.length, slots });
    await files.write(`${c.input.keptIn}/${MARKER}`, Buffer.from(note), { ...c, mode: 0o600 });
  },
  output: async (c) => {
    const note = await c.world.oldPrimary.files.read(`${c.input.keptIn}/${MARKER}`, c);
    return zKept.parse(JSON.parse(note?.toString('utf8') ?? '{}'));
  },
  fact: (output) => {
    const { files, slots } = zKept.parse(output);
    const [en, de] =
      slots.length === 0 ? ['', ''] : [`, slots: ${slots.join(', ')}`, `, Slots: ${slots.join(', ')}`];
    return text(`${files} files kept${en}`, `${files} Dateien aufgehoben${de}`);
  },
  undo: {
    nothing: text(
      'The copies stay: they may be the only ones.',
      'Die Kopien bleiben: Vielleicht gibt es keine anderen.',
    ),
  },
  timeouts: { doMs: 3_600_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};
