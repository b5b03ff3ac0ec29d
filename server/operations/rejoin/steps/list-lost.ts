import * as z from 'zod';
import type { ReadStep } from '#server/engine/define-operation.ts';
import { bytesText, text } from '#server/domain/text.ts';
import { summariseWal } from '#server/domain/wal-summary.ts';
import type { ChangeWorld } from '../../change/world.ts';
import { dataDirectoryOf, type RejoinInput } from '../input.ts';

export const zLost = z.object({
  transactions: z.number(),
  bytes: z.number(),
  relations: z.array(z.string()),
});
const WALDUMP_MS = 600_000;

/** What the old primary had that the new one never saw, from its own WAL, before anything is discarded. */
export const listLost: ReadStep<ChangeWorld, RejoinInput> = {
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
    // Ends with an error where the WAL ends: that is where it is supposed to end.
    const { stdout } = await runtime.runTool('pg_waldump', waldumpArguments(c.input), {
      signal: c.signal,
      timeoutMs: WALDUMP_MS,
    });
    await files.write(`${c.input.keptIn}/lost-wal.txt`, Buffer.from(stdout), { ...c, mode: 0o600 });
    const lost = summariseWal(stdout);
    for (const row of lost.rows) c.log(row, 'stdout');
    const { transactions, bytes, relations } = lost;
    return { transactions, bytes, relations };
  },
  fact: (output) => {
    const { transactions, bytes, relations } = zLost.parse(output);
    const size = bytesText(bytes);
    return text(
      `${transactions} transactions never seen by the new primary, ${size.en} in ${relations.length} relations`,
      `${transactions} Transaktionen, die der neue Primärserver nie gesehen hat, ${size.de} in ${relations.length} Relationen`,
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
