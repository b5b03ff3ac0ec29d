import { CONTAINER_GATE_SCRIPT } from './container-gate-script.ts';
import { unitOf, type InstanceLocation } from './instance-location.ts';
import { START_GATE_SCRIPT } from './start-gate-script.ts';
import { gateDropIn, gatePaths, type GatePaths } from './start-gate.ts';

/** What a gate consists of on its host, beside its configuration. */
export interface GateFiles {
  paths: GatePaths;
  script: string;
  dropIn: string;
  /** Container: where its data directory lies on the host, learned there; null = as its location says. */
  learned: string | null;
}

/** Null = nothing starts this server that a gate could stand before. */
export function gateFiles(location: Pick<InstanceLocation, 'kind' | 'name'>): GateFiles | null {
  if (location.kind === 'docker' && location.name !== null) return ofContainer(location.name);
  const unit = unitOf(location);
  if (unit === null) return null;
  const paths = gatePaths(unit);
  return { paths, script: START_GATE_SCRIPT, dropIn: gateDropIn(paths), learned: null };
}

/** Before and after the engine: between the two a start of the container is read-only. */
function ofContainer(container: string): GateFiles {
  const name = `container-${container}`;
  const paths = {
    ...gatePaths(name),
    script: '/usr/local/lib/tandem/start-gate-container',
    dropIn: `/etc/systemd/system/docker.service.d/tandem-start-gate-${container}.conf`,
  };
  const dropIn = [
    '# Laid by Tandem: the engine starts this container read-only until the partner said who is primary.',
    '[Service]',
    `ExecStartPre=-+${paths.script} ${paths.config} hold`,
    `ExecStartPost=-+/usr/bin/systemd-run --quiet --no-block --collect ${paths.script} ${paths.config} release`,
    '',
  ];
  const learned = paths.config.replace(/\.conf$/, '.files');
  return { paths, script: CONTAINER_GATE_SCRIPT, dropIn: dropIn.join('\n'), learned };
}
