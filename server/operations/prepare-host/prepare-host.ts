import { defineOperation } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../pair-world.ts';
import { addAccount, joinDockerGroup, makeDirectories } from './accounts.ts';
import { addPackageSource, keepMainClusterAway } from './files.ts';
import { HOST_GATES } from './gates.ts';
import { parsePrepareHost, type PrepareHostInput } from './input.ts';
import { installPackages } from './install.ts';
import { observeHost, type HostObservation, type PrepareHostWorld } from './observation.ts';
import { openFirewall, startDocker } from './services.ts';

const LOOK_MS = 30_000;

/** Makes a server ready for a standby: packages, account, directories, firewall, each only where it is missing. */
export const prepareHost = defineOperation<PrepareHostWorld, HostObservation, PrepareHostInput>({
  kind: 'prepare-host',
  version: 1,
  title: (input) => text(`Prepare ${input.serverName}`, `${input.serverName} vorbereiten`),
  parseInput: parsePrepareHost,
  observe: (c) => observeHost(c.world, c.input.wish, within(c, LOOK_MS)),
  steps: [
    {
      kind: 'check',
      name: 'host-fits',
      group: 'reads',
      server: (c) => c.input.serverName,
      explain: (c) =>
        text(`Look at ${c.input.serverName} once more.`, `${c.input.serverName} noch einmal ansehen.`),
      expectedMs: () => 2_000,
      gates: HOST_GATES,
    },
    addPackageSource,
    keepMainClusterAway,
    installPackages,
    startDocker,
    addAccount,
    makeDirectories,
    joinDockerGroup,
    openFirewall,
  ],
});
