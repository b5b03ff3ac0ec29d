import { toAppError, type AppError } from '#server/errors/app-error.ts';
import type { CheckResult, CheckRow, FoundInstance, ServerFacts } from '#server/domain/server-check.ts';
import type { Text } from '#server/domain/plan.ts';
import { sudoersFor } from '#server/domain/sudoers.ts';
import { bytesText, sameText, text } from '#server/domain/text.ts';
import type { Endpoint, HostTransport } from '#server/ports/host-transport.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { ProbeWorld } from './world.ts';

/** What a row found; the operation adds times. */
export type RowFinding = Pick<CheckResult, 'state' | 'value' | 'data' | 'command'> & { problem?: AppError };

/** What rows tell each other during one probe. */
export interface ProbeNotes {
  transport: HostTransport | null;
  facts: Partial<ServerFacts>;
}

export type RowCheck = (world: ProbeWorld, notes: ProbeNotes, wait: Wait) => Promise<RowFinding>;

const CLOCK_WARN_MS = 2_000;
const LATENCY_WARN_MS = 250;
const DISK_WARN_BYTES = 2 * 1024 ** 3;

const ok = (value: Text, data: CheckResult['data'] = {}): RowFinding => ({
  state: 'ok',
  value,
  data,
  command: null,
});
const warn = (value: Text, data: CheckResult['data'] = {}, command: string | null = null): RowFinding => ({
  state: 'warning',
  value,
  data,
  command,
});

const nameResolves: RowCheck = async (world, _notes, wait) => {
  const addresses = await world.resolve(wait);
  return ok(sameText(addresses.join(', ')), { address: addresses[0] ?? null });
};

const portAnswers: RowCheck = async (world, _notes, wait) => {
  await world.reachPort(wait);
  return ok(text('answers', 'antwortet'));
};

const hostKey: RowCheck = async (world, _notes, wait) => {
  const [server, offer] = [await world.server(), await world.readHostKey(wait)];
  const data = { type: offer.type, fingerprint: offer.fingerprint, pinned: server.hostKeyFingerprint };
  const value = sameText(`${offer.type} ${offer.fingerprint}`);
  if (server.hostKey === offer.key) return ok(value, data);
  await world.saveOffer(offer);
  if (server.hostKey === null) return { state: 'approval-needed', value, data, command: null };
  return {
    state: 'failed',
    value: text('is not the key that was approved', 'ist nicht der freigegebene Schlüssel'),
    data,
    command: null,
  };
};

const login: RowCheck = async (world, notes, wait) => {
  notes.transport = await world.login(wait);
  const facts = await world.probe(notes.transport).facts(wait);
  Object.assign(notes.facts, {
    hostname: facts.hostname,
    osName: facts.osName,
    architecture: facts.architecture,
    libc: facts.libc,
    loginUser: facts.user,
    isRoot: facts.isRoot,
    clockOffsetMs: facts.clockOffsetMs,
    latencyMs: facts.roundTripMs,
  } satisfies Partial<ServerFacts>);
  await world.saveStateDirectory(await world.makeStateDirectory(notes.transport, wait));
  return ok(text(`as ${facts.user}`, `als ${facts.user}`), { user: facts.user });
};

const sudo: RowCheck = async (world, notes, wait) => {
  if (notes.facts.isRoot === true) {
    notes.facts.sudo = 'passwordless';
    return ok(text('not needed, the login is root', 'nicht nötig, die Anmeldung ist root'));
  }
  const found = await world.probe(transportOf(notes)).sudo(wait);
  notes.facts.sudo = found;
  if (found === 'passwordless') return ok(text('without a password', 'ohne Passwort'));
  const user = notes.facts.loginUser ?? '';
  return ok(
    found === 'password'
      ? text(
          `not as root without a password; enough for instances that ${user} owns or whose owner it may become`,
          `nicht ohne Passwort als root; ausreichend für Instanzen, die ${user} gehören oder deren Besitzer es werden darf`,
        )
      : text(
          `none; enough for instances that ${user} owns`,
          `keines; ausreichend für Instanzen, die ${user} gehören`,
        ),
    { sudo: found },
  );
};

const system: RowCheck = (_world, notes) => {
  const { osName, architecture, libc } = notes.facts;
  return Promise.resolve(
    ok(sameText([osName, architecture, libc].filter(Boolean).join(', ')), {
      architecture: architecture ?? null,
    }),
  );
};

const instances: RowCheck = async (world, notes, wait) => {
  const probe = world.probe(transportOf(notes));
  notes.facts.instances = await probe.instances(wait);
  notes.facts.toolchains = await probe.toolchains(wait);
  const found = notes.facts.instances;
  const versions = notes.facts.toolchains.map((t) => t.version).join(', ');
  if (found.length === 0) {
    return notes.facts.toolchains.length === 0
      ? warn(
          text('no PostgreSQL installed', 'kein PostgreSQL installiert'),
          { count: 0 },
          'apt-get install postgresql',
        )
      : ok(text(`none runs; installed: ${versions}`, `keine läuft; installiert: ${versions}`), { count: 0 });
  }
  const missing = await ownersOutOfReach(notes.facts, (owner) => probe.mayActAs(owner, wait));
  if (missing.length > 0) return warn(...missingOwners(missing, notes.facts, found.length));
  const usable = found.filter((i) => i.supported);
  const way = await wayToInstance(usable[0], transportOf(notes), wait);
  const note =
    way === 'relay'
      ? text(
          '; sshd forbids forwarding, sessions go through a small program on the server instead',
          '; sshd verbietet Weiterleitungen, Sitzungen laufen stattdessen über ein kleines Programm auf dem Server',
        )
      : sameText('');
  const places = found.map((i) => `${i.majorVersion} ${i.dataDirectory}:${i.port}`).join(', ');
  const value = text(
    `${found.length} found: ${places}${note.en}`,
    `${found.length} gefunden: ${places}${note.de}`,
  );
  const data = { count: found.length, usable: usable.length, way };
  return usable.length > 0 ? ok(value, data) : warn(value, data);
};

/** Owners of instances outside containers as whom the login user may not act. */
async function ownersOutOfReach(
  { instances: found = [], loginUser, isRoot }: Partial<ServerFacts>,
  mayActAs: (owner: string) => Promise<boolean>,
): Promise<string[]> {
  if (isRoot === true) return [];
  const owners = new Set(found.filter((i) => i.kind !== 'docker').map((i) => i.osOwner));
  const missing: string[] = [];
  for (const owner of owners) if (owner !== loginUser && !(await mayActAs(owner))) missing.push(owner);
  return missing;
}

/** Said before anything starts, with the rights that are wanted: the same that the server's page shows. */
function missingOwners(
  missing: readonly string[],
  facts: Partial<ServerFacts>,
  count: number,
): [Text, CheckResult['data'], string | null] {
  const { loginUser = '', hostname = '', instances: found = [] } = facts;
  const names = missing.join(', ');
  const { file } = sudoersFor({ serverName: hostname, loginUser, instances: found });
  const rule = file?.split('\n').find((line) => line.includes('NOPASSWD')) ?? null;
  return [
    text(
      `${count} found, but ${loginUser} may not act as ${names}`,
      `${count} gefunden, aber ${loginUser} darf nicht als ${names} handeln`,
    ),
    { count, usable: 0, missing: names },
    rule === null ? null : `echo '${rule}' > /etc/sudoers.d/tandem && chmod 0440 /etc/sudoers.d/tandem`,
  ];
}

/** How SQL reaches an instance; null when it is not answered now, which its own state will tell. */
async function wayToInstance(
  instance: FoundInstance | undefined,
  transport: HostTransport,
  wait: Wait,
): Promise<'forward' | 'relay' | null> {
  if (instance === undefined) return null;
  const { socketDirectory, port } = instance;
  const to: Endpoint =
    socketDirectory === null
      ? { kind: 'tcp', host: '127.0.0.1', port }
      : { kind: 'unix', path: `${socketDirectory}/.s.PGSQL.${port}` };
  try {
    return await transport.wayTo(to, wait);
  } catch (thrown) {
    if (toAppError(thrown).code === 'FORWARD_NOT_ACCEPTED') return null;
    throw thrown;
  }
}

const clock: RowCheck = (_world, notes) => {
  const offsetMs = notes.facts.clockOffsetMs ?? 0;
  const value = text(`${offsetMs} ms from Tandem's clock`, `${offsetMs} ms Abweichung von Tandems Uhr`);
  return Promise.resolve(
    Math.abs(offsetMs) <= CLOCK_WARN_MS
      ? ok(value, { offsetMs })
      : warn(value, { offsetMs }, 'timedatectl set-ntp true'),
  );
};

const disk: RowCheck = async (world, notes, wait) => {
  notes.facts.disks = await world.probe(transportOf(notes)).disks(wait);
  const largest = notes.facts.disks.toSorted((a, b) => b.freeBytes - a.freeBytes)[0];
  if (largest === undefined) return warn(text('no file system seen', 'kein Dateisystem gesehen'));
  const free = bytesText(largest.freeBytes);
  const value = text(`${free.en} free on ${largest.path}`, `${free.de} frei auf ${largest.path}`);
  return largest.freeBytes >= DISK_WARN_BYTES
    ? ok(value, { freeBytes: largest.freeBytes })
    : warn(value, { freeBytes: largest.freeBytes });
};

const latency: RowCheck = async (_world, notes, wait) => {
  const times: number[] = [];
  for (let i = 0; i < 5; i += 1) times.push(await transportOf(notes).ping(wait));
  const median = times.toSorted((a, b) => a - b)[2] ?? 0;
  notes.facts.latencyMs = Math.round(median * 10) / 10;
  const figure = String(notes.facts.latencyMs);
  const value = text(`${figure} ms round trip`, `${figure.replace('.', ',')} ms Umlaufzeit`);
  return median <= LATENCY_WARN_MS ? ok(value, { latencyMs: median }) : warn(value, { latencyMs: median });
};

function transportOf(notes: ProbeNotes): HostTransport {
  if (notes.transport === null) throw new Error('a row ran before the login');
  return notes.transport;
}

export const ROW_CHECKS = {
  'name-resolves': nameResolves,
  'port-answers': portAnswers,
  'host-key': hostKey,
  login,
  sudo,
  system,
  instances,
  clock,
  disk,
  latency,
} as const satisfies Record<CheckRow, RowCheck>;
