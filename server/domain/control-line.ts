import type { InstanceLocation } from './instance-location.ts';
import type { PlanAction } from './plan.ts';
import { readableWord } from './shell-word.ts';

type What = 'start' | 'stop' | 'restart' | 'promote';

/** How a person would do it by hand, as plans show it. */
export function controlAction(server: string, location: InstanceLocation, what: What): PlanAction {
  const root = (line: string): PlanAction => ({ type: 'command', server, runAs: 'root', line });
  const service = what === 'promote' ? promoteLine(location) : serviceLine(location, what);
  if (service !== null) return root(service);
  return { type: 'command', server, runAs: location.osOwner, line: pgCtlLine(location, what) };
}

/** As root, through what runs the server; null where nothing but pg_ctl does. */
export function serviceLine({ kind, name }: InstanceLocation, what: Exclude<What, 'promote'>): string | null {
  if (name === null) return null;
  switch (kind) {
    case 'systemd':
      return `systemctl ${what} ${readableWord(name)}`;
    case 'debian':
      return `pg_ctlcluster ${name.split('/').map(readableWord).join(' ')} ${what}`;
    case 'docker':
      // 120 s: docker's own 10 s end in a kill.
      return `docker ${what}${what === 'start' ? '' : ' -t 120'} ${readableWord(name)}`;
    case 'plain':
      return null;
  }
}

function promoteLine(location: InstanceLocation): string | null {
  const { kind, name, osOwner } = location;
  if (name === null) return null;
  if (kind === 'debian') return `pg_ctlcluster ${name.split('/').map(readableWord).join(' ')} promote`;
  if (kind !== 'docker') return null;
  return `docker exec -u ${osOwner} ${readableWord(name)} ${pgCtlLine(location, 'promote')}`;
}

function pgCtlLine({ binDirectory, dataDirectory }: InstanceLocation, what: What): string {
  const mode = { start: ' -w', stop: ' -m fast', restart: ' -m fast -w', promote: '' }[what];
  return `${binDirectory}/pg_ctl ${what} -D ${dataDirectory}${mode}`;
}
