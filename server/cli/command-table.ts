import type { CommandRow } from './command-row.ts';
import { ADD_SERVER_COMMANDS } from './commands/add-server.ts';
import { CHANGE_COMMANDS } from './commands/change-commands.ts';
import { COMMAND_LINE_COMMANDS } from './commands/command-line-commands.ts';
import { CONTAINER_COMMANDS } from './commands/container-commands.ts';
import { HOOK_COMMANDS } from './commands/hook-commands.ts';
import { loginCommands } from './commands/login-commands.ts';
import { NETWORK_COMMANDS } from './commands/network-commands.ts';
import { OPERATION_COMMANDS } from './commands/operation-commands.ts';
import { PAIR_COMMANDS } from './commands/pair-commands.ts';
import { PREPARE_COMMANDS } from './commands/prepare-commands.ts';
import { REMOVAL_COMMANDS } from './commands/removal-commands.ts';
import { ROUTE_COMMANDS } from './commands/route-commands.ts';
import { SERVER_COMMANDS } from './commands/server-commands.ts';
import { SESSION_COMMANDS } from './commands/session-commands.ts';
import { SETUP_COMMANDS } from './commands/setup-commands.ts';
import { SLOT_COMMANDS } from './commands/slot-commands.ts';

/** Every command there is. */
export function commandTable(
  environment: Readonly<Record<string, string | undefined>>,
  url: () => URL,
): readonly CommandRow[] {
  return [
    ...loginCommands(environment, url),
    ...PAIR_COMMANDS,
    ...REMOVAL_COMMANDS,
    ...SERVER_COMMANDS,
    ...PREPARE_COMMANDS,
    ...NETWORK_COMMANDS,
    ...ADD_SERVER_COMMANDS,
    ...CONTAINER_COMMANDS,
    ...COMMAND_LINE_COMMANDS,
    ...OPERATION_COMMANDS,
    ...HOOK_COMMANDS,
    ...SLOT_COMMANDS,
    ...ROUTE_COMMANDS,
    ...SESSION_COMMANDS,
    ...CHANGE_COMMANDS,
    ...SETUP_COMMANDS,
  ];
}
