import type { MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { followSettings, other, type ChangeInput, type Pin } from '../input.ts';
import type { ChangeWorld } from '../world.ts';
import { alterSettings } from './alter-settings.ts';

/** `primary_conninfo` on a node that runs as primary: without effect until it starts as a standby. */
export const pointAtPartner = <O, I extends ChangeInput>(
  name: string,
  on: Pin,
): MutationStep<ChangeWorld, O, I> =>
  alterSettings<ChangeWorld, O, I>({
    name,
    group: 'prepares',
    on: (world) => world[on],
    serverName: (input) => input[on].serverName,
    copy: name,
    wanted: (input) => followSettings(input, on),
    load: 'next-start',
    explain: (c) =>
      text(
        `Let ${c.input[on].serverName} follow ${c.input[other(on)].serverName} from its next start as a standby.`,
        `${c.input[on].serverName} ab dem nächsten Start als Standby-Server ${c.input[other(on)].serverName} folgen lassen.`,
      ),
    undoExplain: () => text('Put the settings back.', 'Die Einstellungen zurücksetzen.'),
    expectedMs: 150,
  });
