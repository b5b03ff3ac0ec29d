import { NAMES_PLACE } from './instance-location.ts';
import { REQUIRED_SETTINGS } from './required-settings.ts';

/** One setting that a postgres command line gives, and which of its words do. */
export interface CommandFlag {
  /** As pg_settings has it. */
  name: string;
  value: string;
  /** Index of its first word, and how many words it is. */
  at: number;
  words: 1 | 2;
}

const PAIR = /^([A-Za-z_][\w.-]*)=(.*)$/s;

/**
 * Settings among the arguments of `postgres`: `-c name=value` in one word or two, and `--name=value`. Short
 * options of their own (`-N 100`) are none of these.
 */
export function commandFlags(args: readonly string[]): CommandFlag[] {
  const found: CommandFlag[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    const inTwo = word === '-c';
    const text = inTwo ? (args[at + 1] ?? '') : word.replace(/^(--|-c)(?=\w)/, '');
    const pair = inTwo || text !== word ? PAIR.exec(text) : null;
    if (pair !== null) {
      const name = (pair[1] ?? '').toLowerCase().replaceAll('-', '_');
      found.push({ name, value: pair[2] ?? '', at, words: inTwo ? 2 : 1 });
    }
    if (inTwo) at += 1;
  }
  return found;
}

/** The arguments without these settings; `postgres` where nothing else is left, which every image takes. */
export function withoutFlags(args: readonly string[], names: readonly string[]): string[] {
  const gone = wordsOf(args, names);
  const rest = args.filter((_, at) => !gone.has(at));
  return rest.length === 0 && args.length > 0 ? ['postgres'] : rest;
}

/** Indexes of the words that give these settings, every time that they are given. */
export function wordsOf(args: readonly string[], names: readonly string[]): Set<number> {
  const flags = commandFlags(args).filter((flag) => names.includes(flag.name));
  return new Set(flags.flatMap(({ at, words }) => (words === 2 ? [at, at + 1] : [at])));
}

/** Without them the server would not find its files, or nobody would find the server. */
const STRUCTURAL = [...NAMES_PLACE, 'port'] as const;
/** ALTER SYSTEM would make one name of a list that is given in one text (PostgreSQL, GUC_LIST_QUOTE). */
const LISTS_OF_NAMES = [
  'shared_preload_libraries',
  'session_preload_libraries',
  'local_preload_libraries',
  'search_path',
  'temp_tablespaces',
  'unix_socket_directories',
  'debug_io_direct',
  'createrole_self_grant',
] as const;

const isOneOf = (names: readonly string[], name: string): boolean => names.includes(name);

/** Why a setting cannot move into postgresql.auto.conf; null = it can. */
export function whyFlagStays(name: string): 'structural' | 'list' | null {
  if (isOneOf(STRUCTURAL, name)) return 'structural';
  return isOneOf(LISTS_OF_NAMES, name) ? 'list' : null;
}

/** What plans of Tandem set by ALTER SYSTEM, here or after a change of roles. */
const OURS = [
  'wal_level',
  'max_replication_slots',
  'hot_standby',
  'wal_log_hints',
  'listen_addresses',
  'max_slot_wal_keep_size',
  'wal_keep_size',
  'primary_conninfo',
  'primary_slot_name',
  'recovery_target_timeline',
  'synchronous_standby_names',
  'synchronous_commit',
  ...REQUIRED_SETTINGS,
] as const;

/** Whether a setting on the command line keeps Tandem's plans from what they do. */
export const standsInTheWay = (name: string): boolean =>
  isOneOf(OURS, name) || name === 'ssl' || name.startsWith('ssl_');
