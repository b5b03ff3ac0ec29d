import type { InstanceLocation } from '#server/domain/instance-location.ts';
import { failed } from '#server/adapters/ssh/file-operations.ts';
import type { HostFiles } from '#server/ports/host-files.ts';
import type { Command, HostTransport, RunOptions, RunResult } from '#server/ports/host-transport.ts';
import type { ServerReach } from '../on-host/host-runtime.ts';
import type { ServerControl } from '../on-host/server-control.ts';
import { containerFiles } from './container-files.ts';
import { runInServer, ToolsTransport } from './container-transport.ts';
import { dockerControl } from './docker-control.ts';
import { DockerHost, type Way } from './docker-host.ts';
import { TO_SERVER } from './docker-scripts.ts';
import { ToolsContainer } from './tools-container.ts';

/** The container of an instance as the place that it lives in. */
export interface ContainerPlace {
  /** The helper container as a host: programs of this version, and the files, also while the server is stopped. */
  transports: { read: HostTransport; act: HostTransport };
  files: HostFiles;
  control: ServerControl;
  reach: ServerReach;
}

/** Looks and makes nothing until it is used. */
export function containerPlace(
  location: InstanceLocation,
  transports: { read: HostTransport; act: HostTransport },
): ContainerPlace {
  const docker = new DockerHost(transports);
  const tools = new ToolsContainer(docker, location);
  const { dataDirectory } = location;
  const inTools = {
    read: new ToolsTransport({ docker, tools, location, way: 'read' }),
    act: new ToolsTransport({ docker, tools, location, way: 'act' }),
  };
  const parts = { docker, tools, inTools };
  const inServer = (way: Way) => {
    const run = (command: Command, o: RunOptions): Promise<RunResult> =>
      runInServer({ docker, location, way }, command, o);
    return {
      run,
      require: async (command: Command, o: RunOptions): Promise<RunResult> => {
        const result = await run(command, o);
        if (result.exitCode !== 0) throw failed(command, result);
        return result;
      },
    };
  };
  return {
    transports: inTools,
    files: containerFiles(location, parts),
    control: dockerControl(location, parts),
    reach: {
      read: inServer('read'),
      act: inServer('act'),
      toServer: (argv) => ['sh', '-c', TO_SERVER, 'sh', dataDirectory, ...argv],
    },
  };
}
