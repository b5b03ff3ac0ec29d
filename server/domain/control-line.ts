import type { InstanceLocation } from './instance-location.ts';
import type { PlanAction } from './plan.ts';

type What = 'start' | 'stop' | 'restart' | 'promote';

/** How a person would do it by hand, as plans show it. */
export function controlAction(server: string, location: InstanceLocation, what: What): PlanAction {
  const { kind, name, osOwner } = location;
  if (what !== 'promote' && kind === 'systemd' && name !== null)
    return { type: 'command', server, runAs: 'root', line: `systemctl ${what} ${name}` };
  if (kind === 'docker' && name !== null)
    return { type: 'command', server, runAs: 'root', line: dockerLine(location, what) };
  if (kind === 'debian' && name !== null)
    return {
      type: 'command',
      server,
      runAs: 'root',
      line: `pg_ctlcluster ${name.replace('/', ' ')} ${what}`,
    };
  return { type: 'command', server, runAs: osOwner, line: pgCtlLine(location, what) };
}

/** 120 s: docker's own 10 s end in a kill. */
function dockerLine(location: InstanceLocation, what: What): string {
  const name = location.name ?? '';
  if (what === 'promote') return `docker exec -u ${location.osOwner} ${name} ${pgCtlLine(location, what)}`;
  return what === 'start' ? `docker start ${name}` : `docker ${what} -t 120 ${name}`;
}

function pgCtlLine({ binDirectory, dataDirectory }: InstanceLocation, what: What): string {
  const mode = { start: ' -w', stop: ' -m fast', restart: ' -m fast -w', promote: '' }[what];
  return `${binDirectory}/pg_ctl ${what} -D ${dataDirectory}${mode}`;
}
