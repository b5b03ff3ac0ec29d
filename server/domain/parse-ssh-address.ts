/** What can be read out of one line or block that a person pastes to name a server. */
export interface SshAddress {
  host: string;
  port: number | null;
  username: string | null;
  /** `Host` of an ssh_config block: what the person calls the server. */
  alias: string | null;
  /** ProxyJump or -J, as written. */
  jump: string | null;
  /** IdentityFile or -i: a path on the person's machine, only told back. */
  identityFile: string | null;
}

const HOST = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;
/** At least two colons: one alone separates a port. */
const IPV6 = /^(?=[^:]*:[^:]*:)[0-9A-Fa-f:][0-9A-Fa-f:.]*$/;
const USER = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const LONGEST_INPUT = 10_000;

const EMPTY = { port: null, username: null, alias: null, jump: null, identityFile: null } as const;

/**
 * Reads `user@host:port`, `ssh://user@host:port`, an ssh command with its options, or a block of
 * ssh_config. Null when it is none of these or a part of it is not valid.
 */
export function parseSshAddress(input: string): SshAddress | null {
  const text = input.trim();
  if (text === '' || text.length > LONGEST_INPUT) return null;
  if (/^\s*(Host|HostName)[\s=]/im.test(text) && (text.includes('\n') || /^\s*HostName/i.test(text))) {
    return parseConfigBlock(text);
  }
  if (/^ssh(\s|$)/.test(text)) return parseCommand(text);
  return parseTarget(text.replace(/^ssh:\/\//, '').replace(/\/$/, ''));
}

function parsePort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

function isHost(text: string): boolean {
  return text.length <= 253 && (HOST.test(text) || IPV6.test(text));
}

/** `user@host:port`; an IPv6 address with a port stands in brackets. */
function parseTarget(text: string): SshAddress | null {
  const match = /^(?:(?<user>[^@\s]+)@)?(?:\[(?<v6>[^\]\s]+)\]|(?<host>[^\s[\]@]+?))(?::(?<port>\d+))?$/.exec(
    text,
  );
  const groups = match?.groups;
  if (groups === undefined) return null;
  const bare = IPV6.test(text.replace(/^[^@\s]+@/, '')) ? text.replace(/^[^@\s]+@/, '') : undefined;
  const host = bare ?? groups['v6'] ?? groups['host'] ?? '';
  const portText = bare === undefined ? groups['port'] : undefined;
  const port = portText === undefined ? null : parsePort(portText);
  const username = groups['user'] ?? null;
  if (!isHost(host) || (portText !== undefined && port === null)) return null;
  if (username !== null && !USER.test(username)) return null;
  return { ...EMPTY, host, port, username };
}

/** Options of ssh that take a value; everything else with a dash is a flag. */
const WITH_VALUE = 'BbcDEeFIiJLlmOoPpQRSWw';

interface CommandOptions {
  port: string | null;
  user: string | null;
  jump: string | null;
  identityFile: string | null;
}

const OPTION_FIELD: Record<string, keyof CommandOptions> = {
  p: 'port',
  l: 'user',
  J: 'jump',
  i: 'identityFile',
};

function parseCommand(text: string): SshAddress | null {
  const words = text.split(/\s+/).slice(1);
  const options: CommandOptions = { port: null, user: null, jump: null, identityFile: null };
  let target: string | null = null;
  for (let index = 0; index < words.length && target === null; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) {
      target = word;
      continue;
    }
    const letter = word[1] ?? '';
    if (!WITH_VALUE.includes(letter)) continue;
    const value = word.length > 2 ? word.slice(2) : (words[(index += 1)] ?? '');
    const field = OPTION_FIELD[letter];
    if (field !== undefined) options[field] = value;
  }
  const address = target === null ? null : parseTarget(target.replace(/^ssh:\/\//, ''));
  if (address === null) return null;
  const port = options.port === null ? address.port : parsePort(options.port);
  if (options.port !== null && port === null) return null;
  if (options.user !== null && !USER.test(options.user)) return null;
  return {
    ...address,
    port,
    username: address.username ?? options.user,
    jump: options.jump,
    identityFile: options.identityFile,
  };
}

/** The first block; ssh_config takes the first value of a keyword. */
function parseConfigBlock(text: string): SshAddress | null {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Za-z]+)\s*(?:=|\s)\s*"?([^"]*?)"?\s*$/.exec(line.replace(/(^|\s)#.*$/, ''));
    const keyword = match?.[1]?.toLowerCase();
    if (keyword === undefined || match?.[2] === undefined) continue;
    if (keyword === 'host' && values.has('host')) break;
    if (!values.has(keyword)) values.set(keyword, match[2]);
  }
  const alias = values.get('host')?.split(/\s+/)[0] ?? null;
  const host = values.get('hostname') ?? alias ?? '';
  const portText = values.get('port');
  const port = portText === undefined ? null : parsePort(portText);
  const username = values.get('user') ?? null;
  if (
    !isHost(host) ||
    (portText !== undefined && port === null) ||
    (username !== null && !USER.test(username))
  )
    return null;
  return {
    host,
    port,
    username,
    alias: alias !== null && isHost(alias) ? alias : null,
    jump: values.get('proxyjump') ?? null,
    identityFile: values.get('identityfile') ?? null,
  };
}
