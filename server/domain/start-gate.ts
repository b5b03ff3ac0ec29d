import { formatConninfo } from './conninfo.ts';
import type { InstanceLocation } from './instance-location.ts';
import type { Text } from './plan.ts';
import { passfilePath } from './own-files.ts';
import { sameText, text } from './text.ts';

/** What a start gate does when the partner cannot be asked in time. */
export const GATE_POLICIES = ['while-attached', 'read-only', 'writable'] as const;
export type GatePolicy = (typeof GATE_POLICIES)[number];

/** What a person says who is asked before there is a pair. */
export const GATE_WISHES = [...GATE_POLICIES, 'none'] as const;
export type GateWish = (typeof GATE_WISHES)[number];
/** What is proposed to somebody who is asked. */
export const PROPOSED_GATE: GatePolicy = 'while-attached';

/** Changes with the script or its files: an older one on a host is replaced. */
export const GATE_VERSION = 2;
/** How long the partner may take to come up beside this host, s. */
export const GATE_WAIT_S = 60;

/** Everything that a gate on one node knows. */
export interface StartGateSpec {
  location: InstanceLocation;
  pairName: string;
  policy: GatePolicy;
  waitSeconds: number;
  systemIdentifier: string;
  slotName: string;
  partner: { host: string; port: number };
  replicationRole: string;
}

/** As read on the host; `last` is the decision of the last start. */
export interface StartGateState {
  /** Its configuration, byte for byte. */
  config: string;
  version: number;
  policy: GatePolicy;
  waitSeconds: number;
  last: { atMs: number; decision: GateDecision; reason: string } | null;
}
export type GateDecision = 'open' | 'read-only';

/** What a look at a host finds; `not-here` = nothing starts the server that a gate could stand before. */
export type FoundStartGate = StartGateState | 'none' | 'not-here';

/** A gate that was found, in a few words; `unknown` = it could not be looked at. */
export function foundGateText(found: FoundStartGate | 'unknown'): Text {
  if (found === 'not-here') return text('not possible here', 'hier nicht möglich');
  if (found === 'none') return text('none', 'keine');
  if (found === 'unknown') return text('could not be looked at', 'nicht einsehbar');
  const last = found.last === null ? '' : `, ${found.last.decision}: ${found.last.reason}`;
  return sameText(`version ${found.version}, ${found.policy}${last}`);
}

export interface GatePaths {
  script: string;
  config: string;
  dropIn: string;
  lastDecision: string;
  /** While it lies there one start passes; under /run, so that it does not outlive a boot. */
  openOnce: string;
}

/** Where the files of a gate lie on its host; all belong to root. */
export function gatePaths(unit: string): GatePaths {
  const name = unit.replace(/\.service$/, '');
  return {
    script: '/usr/local/lib/tandem/start-gate',
    config: `/etc/tandem/start-gate/${name}.conf`,
    dropIn: `/etc/systemd/system/${unit}.d/tandem-start-gate.conf`,
    lastDecision: `/var/lib/tandem-start-gate/${name}.last`,
    openOnce: `/run/tandem/open-once/${name}`,
  };
}

/** One value a line; no secret: the password lies in the node's own password file. */
export function gateConfig(spec: StartGateSpec): string {
  const { location } = spec;
  const conninfo = formatConninfo({
    host: spec.partner.host,
    port: spec.partner.port,
    user: spec.replicationRole,
    replication: 'true',
    passfile: passfilePath(location.dataDirectory),
    connect_timeout: 3,
    application_name: 'tandem_start_gate',
    sslmode: 'prefer',
  });
  return [
    `# Start gate of the pair ${spec.pairName.replaceAll(/\s+/g, ' ')}, written by Tandem.`,
    `version ${GATE_VERSION}`,
    `data ${location.dataDirectory}`,
    `bin ${location.binDirectory}`,
    `owner ${location.osOwner}`,
    `system ${spec.systemIdentifier}`,
    `slot ${spec.slotName}`,
    `policy ${spec.policy}`,
    `wait ${spec.waitSeconds}`,
    `partner ${conninfo}`,
    ...(location.kind === 'docker' ? [`container ${location.name ?? ''}`] : []),
    '',
  ].join('\n');
}

/** systemd.service(5): `+` runs it with full rights; the wait must not be cut off by the unit's own limit. */
export function gateDropIn(paths: GatePaths): string {
  return [
    '# Laid by Tandem: asks the partner who is primary before PostgreSQL starts.',
    '[Service]',
    `ExecStartPre=+${paths.script} ${paths.config}`,
    'TimeoutStartSec=infinity',
    '',
  ].join('\n');
}

/** What happens when the partner cannot be asked, in one sentence. */
export function policyText(policy: GatePolicy, waitSeconds: number): Text {
  switch (policy) {
    case 'while-attached':
      return text(
        `After ${waitSeconds} s the server starts read-only while a standby is attached (its slot exists), and writable if the standby was detached.`,
        `Nach ${waitSeconds} s startet der Server nur lesend, solange ein Standby-Server angeschlossen ist (sein Slot besteht), und schreibbar, wenn er abgehängt wurde.`,
      );
    case 'read-only':
      return text(
        `After ${waitSeconds} s the server starts read-only; a person decides.`,
        `Nach ${waitSeconds} s startet der Server nur lesend; ein Mensch entscheidet.`,
      );
    case 'writable':
      return text(
        `After ${waitSeconds} s the server starts writable: a partner that was promoted and cannot be reached then is a second primary.`,
        `Nach ${waitSeconds} s startet der Server schreibbar: Ein befördertes Gegenüber, das nicht erreichbar ist, ist dann ein zweiter Primärserver.`,
      );
  }
}

/** What a configuration on a host says; a value that is missing or strange reads as the strictest one. */
export function readGateConfig(config: string): Pick<StartGateState, 'version' | 'policy' | 'waitSeconds'> {
  const value = (key: string): string | undefined => new RegExp(`^${key} (.*)$`, 'm').exec(config)?.[1];
  return {
    version: Number(value('version') ?? '0'),
    policy: GATE_POLICIES.find((each) => each === value('policy')) ?? 'read-only',
    waitSeconds: Number(value('wait') ?? '0'),
  };
}
