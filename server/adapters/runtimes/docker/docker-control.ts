import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { StopState, Wait } from '#server/ports/postgres-runtime.ts';
import { readStopState } from '../on-host/server-scripts.ts';
import type { ServerControl } from '../on-host/server-control.ts';
import { STOP_SIGNALS } from '../on-host/stop-signals.ts';
import { mountOf, type ContainerFacts } from './container-facts.ts';
import type { ToolsTransport } from './container-transport.ts';
import type { DockerHost } from './docker-host.ts';
import {
  COLLECTED_LOG,
  CONTAINER_LOG,
  CONTROL_STATE,
  START,
  STOP,
  UNTIL_READY,
  USERS,
} from './docker-scripts.ts';
import { containerNameOf, type ToolsContainer } from './tools-container.ts';

/** What remains of a deadline for the answer to arrive, s. */
const ANSWER_S = 1;
/** Put back when nobody remembers what was there: stays down where a person stopped it. */
const USUAL_POLICY = 'unless-stopped';

export interface DockerParts {
  docker: DockerHost;
  tools: ToolsContainer;
  inTools: { read: ToolsTransport; act: ToolsTransport };
}

/** A server whose process is the container: started, stopped and started at boot by the engine. */
export function dockerControl(location: InstanceLocation, parts: DockerParts): ServerControl {
  const { docker, tools, inTools } = parts;
  const { dataDirectory, binDirectory, osOwner } = location;
  const name = containerNameOf(location);
  const policyFile = async (o: Wait): Promise<string> =>
    `${(await tools.ready(o)).home}/.tandem-restart-policy`;
  return {
    start: async (o) => {
      await requireCluster(location, inTools.act, o);
      await docker.script(
        'act',
        START,
        [name, seconds(o), osOwner, dataDirectory, binDirectory, UNTIL_READY],
        o,
      );
    },
    stop: async (o) => {
      await docker.script('act', STOP, [name, seconds(o), STOP_SIGNALS[o.mode]], o);
    },
    stopState: (o) => stopState(location, parts, o),
    autostart: async (o) => {
      if (policyOf(await requireServer(tools, o)) !== 'no') return 'on';
      const kept = await inTools.read.readFile(await policyFile(o), { signal: o.signal });
      return kept === null ? 'off' : 'taken';
    },
    setAutostart: async (on, o) => {
      const file = await policyFile(o);
      const policy = policyOf(await requireServer(tools, o));
      if (on === (policy !== 'no')) return;
      if (!on) {
        const data = Buffer.from(`${policy}\n`);
        await inTools.act.writeFileAtomic(file, data, { mode: 0o600, owner: osOwner, signal: o.signal });
      }
      const kept = on ? (await inTools.act.readFile(file, { signal: o.signal }))?.toString().trim() : 'no';
      await docker.script(
        'act',
        'docker update --restart="$2" "$1" >/dev/null',
        [name, kept || USUAL_POLICY],
        o,
      );
      if (on) await inTools.act.require({ argv: ['rm', '-f', '--', file] }, o);
    },
    readLogTail: async (lines, o) => {
      const argv = ['sh', '-c', COLLECTED_LOG, 'sh', dataDirectory, String(lines)] as const;
      const collected = await inTools.read.run({ argv }, o);
      if (collected.exitCode === 0) return collected.stdout;
      return (await docker.script('read', CONTAINER_LOG, [name, String(lines)], o)).stdout;
    },
    helper: {
      exists: async (o) => (await tools.look(o)).tools !== null,
      remove: (o) => tools.remove(o),
    },
    superusers: async (o) => {
      const user = (await tools.look(o)).server?.environment.get('POSTGRES_USER');
      return user === undefined ? [] : [user];
    },
  };
}

const policyOf = (facts: ContainerFacts): string => facts.restartPolicy;

async function requireServer(tools: ToolsContainer, o: Wait): Promise<ContainerFacts> {
  const { server } = await tools.look(o);
  if (server !== null) return server;
  throw new AppError('NOT_FOUND', {
    message: 'the container of the server is gone',
    hint: 'Start it as its compose file says.',
  });
}

/** In an empty directory the image's entry script would make a new cluster, writable and with another identity. */
async function requireCluster(location: InstanceLocation, tools: ToolsTransport, o: Wait): Promise<void> {
  const { dataDirectory } = location;
  const argv = ['test', '-s', `${dataDirectory}/PG_VERSION`] as const;
  if ((await tools.run({ argv }, o)).exitCode === 0) return;
  throw new AppError('COMMAND_FAILED', {
    message: `${dataDirectory} of container ${containerNameOf(location)} holds no cluster`,
    hint: 'A start would make a new, empty one. Nothing was started.',
  });
}

/**
 * The control file and every container that has the files open: their processes have numbers of another
 * namespace, so postmaster.pid tells nothing here.
 */
async function stopState(location: InstanceLocation, parts: DockerParts, o: Wait): Promise<StopState> {
  const { docker, tools, inTools } = parts;
  const { dataDirectory, binDirectory } = location;
  const { server } = await tools.ready(o);
  const source = server === null ? undefined : mountOf(server, dataDirectory)?.source;
  const argv = ['sh', '-c', CONTROL_STATE, 'sh', binDirectory, dataDirectory] as const;
  // In this order: a server that ends in between is told as running, never the other way.
  const users = (await docker.script('read', USERS, [source ?? ''], o)).stdout.trim();
  const { stdout } = await inTools.read.require({ argv }, o);
  return readStopState(`${users.split('\n')[0] ?? ''}\n${stdout}`, dataDirectory);
}

function seconds(o: Wait): string {
  return String(Math.max(1, Math.ceil(o.timeoutMs / 1_000) - ANSWER_S));
}
