import { withoutFlags } from '#server/domain/command-flags.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { ComposedContainer, ComposeEdit, ComposeHost } from '#server/ports/compose-host.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { instanceIdOf, type HostAccess } from '../host-access.ts';
import { findInstance } from '../plan-setup/choose-places.ts';
import { flagsOf } from './flags-of.ts';
import { chosenNames, hashOfCommand, type ReleaseInput } from './input.ts';
import { gateConfigOf } from './observation.ts';

type Wish = {
  place: string;
  names: readonly string[] | null;
  pair: ReleaseInput['pair'];
  nowMs: number;
};

/** What a plan shows where Compose did not make the container from one file; its gates say so. */
const NOWHERE: ReleaseInput['place'] = { project: 'none', service: 'none', directory: '/', file: '/' };

/** Everything that releasing will do on this server, from one look. Rejects INVALID_INPUT, GATE_FAILED. */
export async function decideRelease(host: HostAccess, wish: Wish, wait: Wait): Promise<ReleaseInput> {
  const { location } = await findInstance(host, wish.place, wait);
  const container =
    location.kind === 'docker' ? await host.compose.container(location.name ?? '', wait) : null;
  if (container === null) throw notAContainer(host, wish.place);
  const node = host.node(location);
  const [rows, status, senders, startGate] = await Promise.all([
    node.admin.commandLine(wait),
    node.admin.status(wait),
    node.admin.senders(wait),
    gateConfigOf(node, wait),
  ]);
  const flags = flagsOf(container.command, rows, wish.names);
  const names = chosenNames({ flags });
  const { id: serverId, name: serverName } = host.server;
  return {
    node: { serverId, serverName, instanceId: instanceIdOf(serverId, location), location },
    pair: wish.pair,
    flags,
    imageId: container.imageId,
    restartPolicy: container.restartPolicy,
    command: {
      before: hashOfCommand(container.command),
      after: hashOfCommand(withoutFlags(container.command, names)),
    },
    ...(await fileOf(host.compose, { container, name: location.name ?? '', names, nowMs: wish.nowMs }, wait)),
    inRecovery: status.inRecovery,
    systemIdentifier: status.systemIdentifier,
    senders: senders.filter((s) => s.state === 'streaming').map((s) => s.applicationName),
    receives: status.senderHost !== null,
    startGate,
  };
}

/** What Compose and its file say; blank where the gates say why nothing comes of it. */
async function fileOf(
  compose: ComposeHost,
  o: { container: ComposedContainer; name: string; names: readonly string[]; nowMs: number },
  wait: Wait,
): Promise<Pick<ReleaseInput, 'place' | 'program' | 'file' | 'hashTells'>> {
  const program = [...((await compose.engine(wait))?.compose ?? [])];
  const place = placeOf(o.container);
  if (place === NOWHERE) return { place, program, file: NO_FILE, hashTells: false };
  const edit = await editOf(compose, place, o.names, o.container.imageId, wait);
  const hash = program.length > 0 ? await compose.hash(place, o.name, wait) : null;
  const keptAs = `${place.file}.tandem-${instantOf(o.nowMs)}`;
  const file = edit === null ? { ...NO_FILE, keptAs } : { ...fileOfEdit(edit), keptAs };
  return { place, program, file, hashTells: hash?.state === 'same' };
}

const NO_FILE: ReleaseInput['file'] = {
  before: '',
  after: '',
  mode: '',
  keptAs: '/',
  shown: { before: '', after: '' },
};

const fileOfEdit = ({ beforeSha256, afterSha256, mode, shown }: ComposeEdit) => ({
  before: beforeSha256,
  after: afterSha256,
  mode,
  shown,
});

function placeOf({ compose }: ComposedContainer): ReleaseInput['place'] {
  const [file, another] = compose?.files ?? [];
  if (compose === null || file === undefined || another !== undefined) return NOWHERE;
  const { project, service, directory } = compose;
  return { project, service, directory, file };
}

/** Null where the file cannot be changed: the gates say why. */
async function editOf(
  compose: ComposeHost,
  place: ReleaseInput['place'],
  names: readonly string[],
  imageId: string,
  wait: Wait,
): Promise<ComposeEdit | null> {
  try {
    return await compose.edit(place, names, imageId, wait);
  } catch (thrown) {
    if (thrown instanceof AppError && ['INVALID_INPUT', 'GATE_FAILED'].includes(thrown.code)) return null;
    throw thrown;
  }
}

/** As in the names of files: 20261123T221500Z. */
const instantOf = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

function notAContainer(host: HostAccess, place: string): AppError {
  return new AppError('INVALID_INPUT', {
    message: `place: ${place} on ${host.server.name} is no container`,
    hint: 'Choose an instance that runs in a container. Elsewhere take the setting out of the service file or script that starts the server.',
    data: { field: 'place' },
  });
}
