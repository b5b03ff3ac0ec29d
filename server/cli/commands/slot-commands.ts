import type { SlotView } from '#server/services/services.ts';
import { askToStart, CONFIRM_OPTIONS } from '../ask-to-start.ts';
import { print, type Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { FOLLOW_OPTIONS, YES_OPTION, type CommandRow } from '../command-row.ts';
import { EXIT } from '../exit-codes.ts';
import { findPair } from '../find.ts';
import { textOf, usage, type Options } from '../options.ts';
import { reportOperation } from '../report-operation.ts';
import { table } from '../table.ts';
import { bytes, iso } from '../units.ts';

/** A slot as `slot list` prints it with --json. */
function slotJson(slot: SlotView) {
  return {
    pair: slot.pairName,
    pairId: slot.pairId,
    server: slot.serverName,
    role: slot.role,
    name: slot.name,
    type: slot.type,
    active: slot.active,
    owner: slot.ours ? 'tandem' : 'foreign',
    restartLsn: slot.restartLsn,
    walStatus: slot.walStatus,
    retainedBytes: slot.retainedBytes,
    safeWalBytes: slot.safeWalBytes,
    sampledAt: iso(slot.sampledAtMs),
  };
}

/** Replication slots. */
export const SLOT_COMMANDS: readonly CommandRow[] = [
  {
    words: 'slot list',
    args: ['[pair]'],
    summary: 'slots with what they hold back, from the last samples',
    options: [],
    run: async (cli, [name = '']) => {
      const pairId = name === '' ? null : (await findPair(cli.api, name)).id;
      const slots = (await cli.api.slot.list.query())
        .filter((slot) => pairId === null || slot.pairId === pairId)
        .map(slotJson);
      const rows = slots.map((s) => [
        s.pair,
        s.server,
        s.name,
        s.type,
        s.active ? 'active' : 'inactive',
        s.owner,
        bytes(s.retainedBytes),
        s.walStatus ?? '-',
      ]);
      const header = ['PAIR', 'SERVER', 'SLOT', 'TYPE', 'READ', 'OWNER', 'RETAINED', 'WAL'];
      print(cli, slots, table(header, rows));
      return EXIT.ok;
    },
  },
  {
    words: 'slot drop',
    args: ['<pair>', '<slot>'],
    summary: 'drop a slot that nobody reads from',
    options: [
      ['--server <server>', 'which of the two, when both have a slot of that name'],
      ['--confirm <slot>', "the slot's name, for one that Tandem made"],
      ['--force-foreign <slot>', "the slot's name, for one that Tandem did not make"],
      CONFIRM_OPTIONS[2],
      YES_OPTION,
      ['--key <text>', 'idempotency key: the same key lands on the run that has it'],
      ...FOLLOW_OPTIONS,
    ],
    run: async (cli, [pairName = '', name = ''], options) => {
      const { id: pairId } = await findPair(cli.api, pairName);
      const slot = await findSlot(cli, pairId, name, textOf(options, 'server'));
      cli.terminal.err(
        `${slot.name} on ${slot.serverName} (${slot.ours ? 'made by Tandem' : 'not made by Tandem'}) keeps ${bytes(slot.retainedBytes)} of WAL, which goes with it.`,
      );
      requireInactive(slot);
      const typed = await typedName(cli, slot, options);
      const operationId = await cli.api.slot.drop.mutate({
        pairId,
        role: slot.role,
        slotName: slot.name,
        restartLsn: slot.restartLsn,
        ...typed,
        reason: textOf(options, 'reason'),
        idempotencyKey: textOf(options, 'key') ?? cli.terminal.newKey(),
      });
      return reportOperation(cli, operationId, options);
    },
  },
];

async function findSlot(cli: Cli, pairId: string, name: string, server: string | null): Promise<SlotView> {
  const all = (await cli.api.slot.list.query()).filter((slot) => slot.pairId === pairId);
  const found = all.filter((slot) => slot.name === name && (server === null || slot.serverName === server));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = all.map((slot) => `${slot.name} on ${slot.serverName}`).join(', ');
  throw found.length === 0
    ? usage(
        `there is no slot ${name}`,
        names === '' ? 'No node that answers has a slot.' : `There are: ${names}.`,
      )
    : usage(`both servers have a slot ${name}`, 'Say which one with --server.');
}

function requireInactive(slot: SlotView): void {
  if (!slot.active) return;
  throw new CliError(EXIT.refused, {
    code: 'GATE_FAILED',
    message: `somebody reads from ${slot.name}`,
    hint: 'Stop whoever reads from it first, if it is really of no use.',
    facts: { slot: slotJson(slot) },
  });
}

/** The option that fits the owner; the other one does not count. */
async function typedName(cli: Cli, slot: SlotView, options: Options) {
  if (slot.ours) {
    const demand = { word: slot.name, ticks: [], reasonRequired: false };
    const { confirmation } = await askToStart(cli, demand, options);
    return { confirmation, foreignName: null };
  }
  const foreignName = textOf(options, 'forceForeign')?.trim() ?? null;
  if (foreignName === slot.name) return { confirmation: null, foreignName };
  throw new CliError(EXIT.confirmation, {
    code: 'NOT_CONFIRMED',
    message: `nothing was started; ${slot.name} is not a slot of Tandem: --force-foreign ${JSON.stringify(slot.name)}`,
    hint: 'Find out first who needs it.',
    facts: { slot: slotJson(slot) },
  });
}
