import type { Text } from './plan.ts';
import type { FoundInstance } from './server-check.ts';
import { text } from './text.ts';

export interface SudoersAdvice {
  /** The file whole, for /etc/sudoers.d/tandem; null = this user needs no sudo there. */
  file: string | null;
  /** What these rights amount to, and what is not possible with them. */
  remarks: Text[];
}

type Instance = Pick<FoundInstance, 'kind' | 'osOwner' | 'name' | 'dataDirectory'>;

/**
 * What sudo must allow so that Tandem can work with the instances of a server. Tandem opens a shell as the
 * user that it acts as, so a list of single commands would be a list of one: the shell. What can be kept
 * apart are the users.
 */
export function sudoersFor(o: {
  serverName: string;
  loginUser: string;
  instances: readonly Instance[];
}): SudoersAdvice {
  const { loginUser, instances } = o;
  if (loginUser === 'root')
    return {
      file: null,
      remarks: [
        text('The login is root: it needs no sudo.', 'Die Anmeldung ist root: Sie braucht kein sudo.'),
      ],
    };
  const onHost = instances.filter((one) => one.kind !== 'docker');
  // Of a server whose directory was not to be seen, how it is started is a guess: its owner may look first.
  const units = onHost.filter((one) => one.kind === 'systemd' && one.dataDirectory !== '');
  const owners = [...new Set(onHost.map((one) => one.osOwner))].filter((owner) => owner !== loginUser).sort();
  const users = [
    ...(units.length > 0 ? ['root'] : []),
    ...owners.filter((owner) => owner !== 'root' || units.length === 0),
  ];
  const remarks = [
    ...owners.map(ownerRemark),
    ...(units.length > 0 ? [unitRemark(units)] : []),
    ...(instances.some((one) => one.kind === 'docker') ? [dockerRemark(loginUser)] : []),
    ...(users.includes('root') ? [] : [WITHOUT_ROOT]),
  ];
  return { file: users.length === 0 ? null : fileOf({ ...o, users }), remarks };
}

const ownerRemark = (owner: string): Text =>
  text(
    `As ${owner} it may read and change every database of these servers and run any program as ${owner}.`,
    `Als ${owner} darf sie jede Datenbank dieser Server lesen und ändern und jedes Programm als ${owner} ausführen.`,
  );

function unitRemark(units: readonly Instance[]): Text {
  const names = units.map((unit) => unit.name).join(', ');
  return text(
    `${names} is started and barred through systemd, by scripts that run as root: this line is as much as root.`,
    `${names} wird über systemd gestartet und gesperrt, durch Skripte, die als root laufen: Diese Zeile ist so viel wie root.`,
  );
}

const dockerRemark = (loginUser: string): Text =>
  text(
    `Containers need no sudo when ${loginUser} is in the group docker, which is as much as root.`,
    `Container brauchen kein sudo, wenn ${loginUser} in der Gruppe docker ist, was so viel wie root ist.`,
  );

const WITHOUT_ROOT = text(
  'Not with these rights: preparing the server, start gates, looking at its firewall. Debian clusters are started by pg_ctlcluster instead of systemd, and their unit does not show it.',
  'Nicht mit diesen Rechten: den Server vorbereiten, Startsperren, seine Firewall ansehen. Debian-Cluster werden durch pg_ctlcluster statt durch systemd gestartet, und ihre Unit zeigt das nicht.',
);

/** Letters that mean something in a sudoers file are escaped (sudoers manual, "Other special characters"). */
const escaped = (user: string): string => user.replaceAll(/[^A-Za-z0-9_.-]/g, (letter) => `\\${letter}`);

function fileOf(o: { serverName: string; loginUser: string; users: readonly string[] }): string {
  return [
    `# What Tandem's login on ${o.serverName.replaceAll(/[^\x20-\x7e]/g, '?')} may do. Made by Tandem.`,
    '# Install it: visudo -cf FILE && install -o root -g root -m 0440 FILE /etc/sudoers.d/tandem',
    `Defaults:${escaped(o.loginUser)} !requiretty`,
    `${escaped(o.loginUser)} ALL=(${o.users.map(escaped).join(',')}) NOPASSWD: ALL`,
    '',
  ].join('\n');
}
