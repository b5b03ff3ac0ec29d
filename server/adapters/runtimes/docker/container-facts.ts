import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';

/** Marks a helper container of ours; the value names the container that it helps. */
export const TOOLS_LABEL = 'dev.tandem.tools-of';

/** Environment variables that are read. Never all of them: POSTGRES_PASSWORD is among them. */
const ENVIRONMENT = ['PGDATA', 'PG_MAJOR', 'PG_VERSION', 'PGPORT', 'POSTGRES_USER'];

const FIELDS = [
  '.Id', '.Name', '.Image', '.Config.Image', '.State.Status', '.State.Running', '.HostConfig.NetworkMode',
  '.HostConfig.AutoRemove', '.HostConfig.RestartPolicy', '.HostConfig.PortBindings', '.Mounts',
  '.Config.Labels', '.Args',
] as const; // prettier-ignore

/** A Go template for `docker inspect --format`: one line of JSON values, separated by tabs. */
export const FACTS_FORMAT = `${FIELDS.map((field) => `{{json ${field}}}`).join('\t')}\t{{range .Config.Env}}{{$kv := split . "="}}{{if eq (index $kv 0) ${ENVIRONMENT.map((name) => `"${name}"`).join(' ')}}}{{json .}} {{end}}{{end}}`;

const zMount = z.object({
  Type: z.string(),
  Name: z.string().default(''),
  Source: z.string().default(''),
  Destination: z.string(),
});
const zBinding = z.object({ HostIp: z.string().default(''), HostPort: z.string().default('') });
const zFields = z.tuple([
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.boolean(),
  z.string(),
  z.boolean(),
  z.object({ Name: z.string(), MaximumRetryCount: z.number() }),
  z.record(z.string(), z.array(zBinding).nullable()).nullable(),
  z.array(zMount).nullable(),
  z.record(z.string(), z.string()).nullable(),
  z.array(z.string()).nullable(),
]);

export interface ContainerMount {
  /** `volume` or `bind`; others (tmpfs) hold nothing that lasts. */
  type: string;
  /** Of a volume; empty for a bind mount. */
  name: string;
  /** On the host. */
  source: string;
  destination: string;
}

/** What `docker inspect` tells of one container, the parts that decide something. */
export interface ContainerFacts {
  id: string;
  name: string;
  /** sha256:… of what it was made from; a tag may have moved on since. */
  imageId: string;
  image: string;
  /** created, running, paused, restarting, removing, exited or dead. */
  status: string;
  running: boolean;
  networkMode: string;
  /** Started with --rm: a stop would remove it. */
  removedWhenStopped: boolean;
  /** As `docker update --restart` takes it: no, always, unless-stopped, on-failure:3. */
  restartPolicy: string;
  /** `5432/tcp` to where it is published. */
  published: Readonly<Record<string, readonly { address: string; port: number }[]>>;
  mounts: readonly ContainerMount[];
  labels: Readonly<Record<string, string>>;
  /** Of the process in it, without its name. */
  args: readonly string[];
  environment: ReadonlyMap<string, string>;
}

/** Reads one line that FACTS_FORMAT made. */
export function parseContainerFacts(line: string): ContainerFacts {
  const parts = line.split('\t');
  const parsed = zFields.safeParse(parts.slice(0, FIELDS.length).map(parseJson));
  if (!parsed.success) {
    throw new AppError('COMMAND_FAILED', {
      message: 'docker inspect answered what cannot be read',
      detail: `${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? ''}`,
    });
  }
  const [
    id,
    name,
    imageId,
    image,
    status,
    running,
    networkMode,
    removed,
    policy,
    ports,
    mounts,
    labels,
    args,
  ] = parsed.data;
  return {
    id,
    name: name.replace(/^\//, ''),
    imageId,
    image,
    status,
    running,
    networkMode,
    removedWhenStopped: removed,
    restartPolicy: policyOf(policy),
    published: publishedOf(ports ?? {}),
    mounts: (mounts ?? []).map((m) => ({
      type: m.Type,
      name: m.Name,
      source: m.Source,
      destination: m.Destination,
    })),
    labels: labels ?? {},
    args: args ?? [],
    environment: environmentOf(parts[FIELDS.length] ?? ''),
  };
}

function parseJson(part: string): unknown {
  try {
    return JSON.parse(part);
  } catch {
    return undefined;
  }
}

function policyOf(o: { Name: string; MaximumRetryCount: number }): string {
  if (o.Name === '') return 'no';
  return o.Name === 'on-failure' && o.MaximumRetryCount > 0 ? `${o.Name}:${o.MaximumRetryCount}` : o.Name;
}

function publishedOf(ports: Record<string, z.infer<typeof zBinding>[] | null>): ContainerFacts['published'] {
  return Object.fromEntries(
    Object.entries(ports).map(([port, bindings]) => [
      port,
      (bindings ?? [])
        .filter((b) => b.HostPort !== '' && b.HostPort !== '0')
        .map((b) => ({ address: b.HostIp, port: Number(b.HostPort) })),
    ]),
  );
}

function environmentOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const quoted of text.match(/"(?:[^"\\]|\\.)*"/g) ?? []) {
    const pair = parseJson(quoted);
    if (typeof pair !== 'string') continue;
    const at = pair.indexOf('=');
    found.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return found;
}

/** The mount that holds a path inside the container: the one whose destination is the longest part of it. */
export function mountOf(facts: ContainerFacts, path: string): ContainerMount | null {
  const around = facts.mounts.filter(
    (m) => path === m.destination || path.startsWith(m.destination.replace(/\/?$/, '/')),
  );
  return around.sort((a, b) => b.destination.length - a.destination.length)[0] ?? null;
}
