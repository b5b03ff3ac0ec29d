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

/** `host`, `host:port`, `[v6]:port`, `v6`; the port as written. */
function splitPort(text: string): { host: string; port: string | null } {
  if (IPV6.test(text)) return { host: text, port: null };
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(text) ?? /^([^:[\]]*)(?::(\d+))?$/.exec(text);
  return { host: bracketed?.[1] ?? '', port: bracketed?.[2] ?? null };
}

/** `user@host:port`; an IPv6 address with a port stands in brackets. */
function parseTarget(text: string): SshAddress | null {
  const at = text.indexOf('@');
  const { host, port } = splitPort(text.slice(at + 1));
  return checked({ ...EMPTY, host, port, username: at === -1 ? null : text.slice(0, at) });
}

interface Unchecked extends Omit<SshAddress, 'port'> {
  port: string | null;
}

/** The address when all its parts are valid. */
function checked({ port: portText, ...address }: Unchecked): SshAddress | null {
  const port = portText === null ? null : parsePort(portText);
  if (!isHost(address.host) || (portText !== null && port === null)) return null;
  if (address.username !== null && !USER.test(address.username)) return null;
  return { ...address, port };
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

/** Options before the destination, and the destination; what follows is a command on the host. */
function readCommand(words: readonly string[]): { options: CommandOptions; target: string | null } {
  const options: CommandOptions = { port: null, user: null, jump: null, identityFile: null };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) return { options, target: word };
    const letter = word[1] ?? '';
    if (!WITH_VALUE.includes(letter)) continue;
    if (word.length === 2) index += 1;
    const field = OPTION_FIELD[letter];
    if (field !== undefined) options[field] = word.length > 2 ? word.slice(2) : (words[index] ?? '');
  }
  return { options, target: null };
}

function parseCommand(text: string): SshAddress | null {
  const { options, target } = readCommand(text.split(/\s+/).slice(1));
  const address = target === null ? null : parseTarget(target.replace(/^ssh:\/\//, ''));
  if (address === null) return null;
  return checked({
    ...address,
    port: options.port ?? (address.port === null ? null : String(address.port)),
    username: address.username ?? options.user,
    jump: options.jump,
    identityFile: options.identityFile,
  });
}

/** Keywords of the first block in lower case; ssh_config takes the first value of a keyword. */
function readConfigBlock(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*([A-Za-z]+)\s*(?:=|\s)\s*"?([^"]*?)"?\s*$/.exec(line.replace(/(^|\s)#.*$/, ''));
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const keyword = match[1].toLowerCase();
    if (keyword === 'host' && values.has('host')) break;
    if (!values.has(keyword)) values.set(keyword, match[2]);
  }
  return values;
}

function parseConfigBlock(text: string): SshAddress | null {
  const values = readConfigBlock(text);
  const alias = values.get('host')?.split(/\s+/)[0] ?? '';
  const value = (keyword: string) => values.get(keyword) ?? null;
  return checked({
    host: value('hostname') ?? alias,
    port: value('port'),
    username: value('user'),
    alias: isHost(alias) ? alias : null,
    jump: value('proxyjump'),
    identityFile: value('identityfile'),
  });
}
