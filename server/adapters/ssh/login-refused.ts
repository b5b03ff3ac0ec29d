import { AppError } from '#server/errors/app-error.ts';
import { quoteWord } from './to-shell-line.ts';

/** What is known after a server refused a login. sshd tells no cause over the wire, on purpose. */
export interface RefusedLogin {
  host: string;
  user: string;
  kind: 'key' | 'password';
  /** OpenSSH public line of the key that was offered. */
  publicLine: string | null;
  /** Methods the server still offered, e.g. `publickey`; null when it did not say. */
  methods: readonly string[] | null;
}

/** One possible cause: a key for translated texts, what it is, and the one command that fixes or shows it. */
export interface LoginCheck {
  cause:
    | 'key-absent'
    | 'wrong-user'
    | 'file-modes'
    | 'allow-users'
    | 'key-type'
    | 'locked-account'
    | 'wrong-password'
    | 'public-key-off'
    | 'password-off';
  text: string;
  command: string;
}

/** What a server that told its methods rules out for certain; null when nothing. */
function certainCause(login: RefusedLogin): LoginCheck | null {
  const { methods } = login;
  if (methods === null || methods.length === 0) return null;
  if (login.kind === 'key' && !methods.includes('publickey')) {
    return {
      cause: 'public-key-off',
      text: 'the server accepts no public keys',
      command: 'echo "PubkeyAuthentication yes" > /etc/ssh/sshd_config.d/tandem.conf && systemctl reload ssh',
    };
  }
  if (
    login.kind === 'password' &&
    !methods.includes('password') &&
    !methods.includes('keyboard-interactive')
  ) {
    return {
      cause: 'password-off',
      text: 'the server accepts no passwords: install the key by hand',
      command: installCommand(login.publicLine),
    };
  }
  return null;
}

/**
 * The causes in the order in which they are likely; a certain one stands alone. Commands run on the
 * server, as the login user where a `~` is in them, else as root.
 */
export function loginChecks(login: RefusedLogin): LoginCheck[] {
  const certain = certainCause(login);
  if (certain !== null) return [certain];
  const user = quoteWord(login.user);
  const checks: Record<(typeof CAUSES_IN_ORDER)[RefusedLogin['kind']][number], [string, string]> = {
    'wrong-user': [`the user ${login.user} does not exist on the server`, `id ${user}`],
    'allow-users': ['sshd lets only certain users in', 'sshd -T | grep -Ei "^(allow|deny)(users|groups)"'],
    'locked-account': ['the account is locked', `passwd -S ${user}`],
    'wrong-password': ['the password is wrong', `passwd ${user}`],
    'key-absent': ['the key is not in authorized_keys', installCommand(login.publicLine)],
    'file-modes': [
      'others may write to the home directory, .ssh or authorized_keys',
      'chmod go-w ~ && chmod 700 ~/.ssh && chmod 600 ~/.ssh/authorized_keys',
    ],
    'key-type': ['sshd refuses this type of key', 'sshd -T | grep -i ^pubkeyacceptedalgorithms'],
  };
  return CAUSES_IN_ORDER[login.kind].map((cause) => ({
    cause,
    text: checks[cause][0],
    command: checks[cause][1],
  }));
}

const CAUSES_IN_ORDER = {
  key: ['key-absent', 'wrong-user', 'file-modes', 'allow-users', 'key-type', 'locked-account'],
  password: ['wrong-password', 'wrong-user', 'allow-users', 'locked-account'],
} as const satisfies Record<RefusedLogin['kind'], readonly LoginCheck['cause'][]>;

/** SSH_LOGIN_REFUSED or SSH_PASSWORD_REFUSED with every check in the hint and in data (`causes`, `command1` …). */
export function loginRefused(login: RefusedLogin): AppError {
  const checks = loginChecks(login);
  const commands = Object.fromEntries(checks.map((check, index) => [`command${index + 1}`, check.command]));
  const single = checks.length === 1 ? checks[0] : undefined;
  return new AppError(login.kind === 'key' ? 'SSH_LOGIN_REFUSED' : 'SSH_PASSWORD_REFUSED', {
    message: `${login.host} refuses the login of ${login.user} with this ${login.kind}`,
    detail: `methods the server offers: ${login.methods?.join(', ') ?? 'not told'}`,
    hint:
      single === undefined
        ? `The server does not tell why. Check in this order: ${checks.map((check, index) => `${index + 1}. ${check.text} (${check.command})`).join('; ')}.`
        : `${single.text[0]?.toUpperCase() ?? ''}${single.text.slice(1)}: ${single.command}`,
    data: {
      host: login.host,
      user: login.user,
      causes: checks.map((check) => check.cause).join(','),
      ...commands,
    },
  });
}

/** The line for a terminal on the server that lets a public key in. */
export function installCommand(publicLine: string | null): string {
  const key = publicLine === null ? "'<public key>'" : quoteWord(publicLine);
  return `mkdir -p -m 700 ~/.ssh && printf '%s\\n' ${key} >> ~/.ssh/authorized_keys && chmod 600 ~/.ssh/authorized_keys`;
}
