import * as z from 'zod';
import type { ReadStep } from '#server/engine/define-operation.ts';
import { bytesText, text } from '#server/domain/text.ts';
import { WalReader } from '#server/domain/wal-summary.ts';
import type { RejoinWorld } from '../world.ts';
import { dataDirectoryOf, type RejoinInput } from '../input.ts';

/** Runs of earlier versions stored every byte, not those of commits. */
export const zLost = z.object({
  transactions: z.number(),
  committedBytes: z.number().default(0),
  relations: z.array(z.string()),
  exceeded: z.boolean().default(false),
});
const WALDUMP_MS = 600_000;

/** What the old primary had that the new one never saw, from its own WAL, before anything is discarded. */
export const listLost: ReadStep<RejoinWorld, RejoinInput> = {
  kind: 'read',
  name: 'list-lost',
  group: 'prepares',
  server: (c) => c.input.oldPrimary.serverName,
  skip: (input) => input.way === 'start' || input.fork === null,
  explain: (c) =>
    text(
      `List what ${c.input.oldPrimary.serverName} wrote beyond the fork (pg_waldump): it is lost with the rejoin, and kept in ${c.input.keptIn}.`,
      `Auflisten, was ${c.input.oldPrimary.serverName} jenseits der Gabelung geschrieben hat (pg_waldump): Es geht mit dem Wiedereingliedern verloren und bleibt in ${c.input.keptIn}.`,
    ),
  actions: (c) => [
    {
      type: 'command',
      server: c.input.oldPrimary.serverName,
      runAs: c.input.oldPrimary.location.osOwner,
      line: `${c.input.oldPrimary.location.binDirectory}/pg_waldump ${waldumpArguments(c.input).join(' ')}`,
    },
  ],
  expectedMs: () => 500,
  timeoutMs: WALDUMP_MS,
  read: async (c) => {
    const { runtime, files } = c.world.oldPrimary;
    const reader = new WalReader();
    let length = 0;
    // Ends with an error where the WAL ends: that is where it is supposed to end.
    const { stdout } = await runtime.runTool('pg_waldump', waldumpArguments(c.input), {
      signal: c.signal,
      timeoutMs: WALDUMP_MS,
      onOutput: (piece) => {
        length += piece.length;
        reader.push(piece);
      },
    });
    const walTextCut = stdout.length < length;
    await files.write(`${c.input.keptIn}/lost-wal.txt`, Buffer.from(stdout), { ...c, mode: 0o600 });
    const { transactions, committedBytes, relations, rows } = reader.end();
    for (const row of rows) c.log(row, 'stdout');
    if (walTextCut) c.log(`the list is ${length} bytes long: the first ${stdout.length} are kept`);
    const { pairId, epoch } = c.input;
    const measured = { transactions, committedBytes, relations };
    const { exceeded } = await c.world.losses.record({
      ...{ pairId, rejoinEpoch: epoch, ...measured },
      ...{ walText: stdout, walTextCut },
    });
    if (exceeded) c.log('more was lost than had been said before the change');
    return { ...measured, exceeded };
  },
  fact: (output) => {
    const { transactions, committedBytes, relations, exceeded } = zLost.parse(output);
    const size = bytesText(committedBytes);
    const [en, de] = exceeded
      ? ['; more than had been said before', '; mehr, als zuvor gesagt wurde']
      : ['', ''];
    return text(
      `${transactions} transactions never seen by the new primary, ${size.en} in ${relations.length} relations${en}`,
      `${transactions} Transaktionen, die der neue Primärserver nie gesehen hat, ${size.de} in ${relations.length} Relationen${de}`,
    );
  },
};

function waldumpArguments(input: RejoinInput): string[] {
  return [
    `--path=${dataDirectoryOf(input)}/pg_wal`,
    `--timeline=${input.fork?.timeline ?? 1}`,
    `--start=${input.fork?.lsn ?? '0/0'}`,
  ];
}
