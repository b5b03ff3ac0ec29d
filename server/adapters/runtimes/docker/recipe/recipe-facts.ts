import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { FACTS_FORMAT, parseContainerFacts, type ContainerFacts } from '../container-facts.ts';

/** Variables whose values go into the copy. Any other may hold a password, and only its name is read. */
export const KEPT_VARIABLES = ['PGDATA', 'PGPORT', 'POSTGRES_USER', 'POSTGRES_DB', 'TZ', 'LANG', 'LC_ALL'];
/** The image has them, or they only matter to the start that makes a cluster. */
const NOT_NEEDED =
  /^(PATH|HOME|HOSTNAME|GOSU_VERSION|PG_MAJOR|PG_VERSION|POSTGRES_(PASSWORD|INITDB|HOST_AUTH).*)$/;

const FIELDS = [
  '.Config.Cmd', '.Config.User', '.HostConfig.ShmSize', '.HostConfig.Memory',
] as const; // prettier-ignore
const EACH_VARIABLE = '{{range .Config.Env}}{{$kv := split . "="}}';

/** One line for `docker container inspect --format`: what FACTS_FORMAT says, then what only a copy needs. */
export const RECIPE_FORMAT = [
  FACTS_FORMAT,
  ...FIELDS.map((field) => `{{json ${field}}}`),
  '{{range .Mounts}}{{if not .RW}}{{json .Destination}} {{end}}{{end}}',
  `${EACH_VARIABLE}{{if eq (index $kv 0) ${KEPT_VARIABLES.map((name) => `"${name}"`).join(' ')}}}{{json .}} {{end}}{{end}}`,
  `${EACH_VARIABLE}{{json (index $kv 0)}} {{end}}`,
].join('\t');
const OWN_FIELDS = FIELDS.length + 3;

const zFields = z.tuple([z.array(z.string()).nullable(), z.string(), z.number(), z.number()]);

export interface RecipeFacts {
  container: ContainerFacts;
  command: string[] | null;
  user: string;
  shmBytes: number;
  memoryBytes: number;
  /** Destinations of mounts. */
  readOnly: string[];
  environment: Record<string, string>;
  /** Names of variables that a copy will not have. */
  variablesLeft: string[];
}

/** Reads the line that RECIPE_FORMAT made. */
export function parseRecipeFacts(line: string): RecipeFacts {
  const parts = line.split('\t');
  const own = parts.slice(-OWN_FIELDS);
  const parsed = zFields.safeParse(own.slice(0, FIELDS.length).map((part) => JSON.parse(part) as unknown));
  if (!parsed.success) {
    throw new AppError('COMMAND_FAILED', {
      message: 'docker inspect answered what cannot be read',
      detail: parsed.error.issues[0]?.message ?? '',
    });
  }
  const [command, user, shmBytes, memoryBytes] = parsed.data;
  const [readOnly = '', kept = '', names = ''] = own.slice(FIELDS.length);
  return {
    container: parseContainerFacts(parts.slice(0, -OWN_FIELDS).join('\t')),
    command,
    user,
    shmBytes,
    memoryBytes,
    readOnly: stringsOf(readOnly),
    environment: Object.fromEntries(
      stringsOf(kept).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    variablesLeft: stringsOf(names).filter(
      (name) => !KEPT_VARIABLES.includes(name) && !NOT_NEEDED.test(name),
    ),
  };
}

/** JSON strings one after the other, with spaces between them. */
function stringsOf(text: string): string[] {
  return (text.match(/"(?:[^"\\]|\\.)*"/g) ?? []).map((quoted) => z.string().parse(JSON.parse(quoted)));
}
