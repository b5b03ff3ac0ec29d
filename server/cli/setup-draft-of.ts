import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import type { Cli } from './cli.ts';
import { findServer } from './find.ts';
import { requiredText, type Options } from './options.ts';
import { dataDirectoryOf } from './run-draft.ts';
import { readSetupFile } from './setup-file.ts';

/** The answers of a draft as a file describes them. */
export async function setupDraftOf(cli: Cli, options: Options): Promise<NewStandbyDraft> {
  const file = await readSetupFile(requiredText(options, 'file'));
  const primary = await findServer(cli.api, file.primary.server);
  const standby = await findServer(cli.api, file.standby.server);
  return {
    kind: 'new-standby',
    name: file.name,
    environment: file.environment,
    mode: file.mode,
    primaryServerId: primary.id,
    primaryDataDirectory: dataDirectoryOf(primary, file.primary.dataDirectory ?? null, false),
    standbyServerId: standby.id,
    standbyDataDirectory: file.standby.dataDirectory ?? null,
    standbyPort: file.standby.port ?? null,
    maxSlotWalKeepBytes: file.limits.slotKeep ?? null,
    walKeepBytes: file.limits.walKeep ?? null,
    backupRateLimitBytes: file.limits.backupRatePerSecond ?? null,
    startGate: file.startGate,
  };
}
