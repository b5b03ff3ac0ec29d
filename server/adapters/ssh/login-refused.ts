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

/**
 * The causes in the order in which they are likely; certain ones stand alone. Commands run on the
 * server, as the login user where a `~` is in them, else as root.
 */
export function loginChecks(login: RefusedLogin): LoginCheck[] {
  if (login.methods !== null && login.methods.length > 0) {
    const keyOff = login.kind === 'key' && !login.methods.includes('publickey');
    const passwordOff =
      login.kind === 'password' &&
      !login.methods.includes('password') &&
      !login.methods.includes('keyboard-interactive');
    if (keyOff) {
      return [
        {
          cause: 'public-key-off',
          text: 'the server accepts no public keys',
          command:
            'echo "PubkeyAuthentication yes" > /etc/ssh/sshd_config.d/tandem.conf && systemctl reload ssh',
        },
      ];
    }
    if (passwordOff) {
      return [
        {
          cause: 'password-off',
          text: 'the server accepts no passwords: install the key by hand',
          command: installCommand(login.publicLine),
        },
      ];
    }
  }
  const user = quoteWord(login.user);
  const shared: LoginCheck[] = [
    {
      cause: 'wrong-user',
      text: `the user ${login.user} does not exist on the server`,
      command: `id ${user}`,
    },
    {
      cause: 'allow-users',
      text: 'sshd lets only certain users in',
      command: 'sshd -T | grep -Ei "^(allow|deny)(users|groups)"',
    },
    { cause: 'locked-account', text: 'the account is locked', command: `passwd -S ${user}` },
  ];
  if (login.kind === 'password') {
    return [{ cause: 'wrong-password', text: 'the password is wrong', command: `passwd ${user}` }, ...shared];
  }
  return [
    {
      cause: 'key-absent',
      text: 'the key is not in authorized_keys',
      command: installCommand(login.publicLine),
    },
    ...shared.slice(0, 1),
    {
      cause: 'file-modes',
      text: 'others may write to the home directory, .ssh or authorized_keys',
      command: 'chmod go-w ~ && chmod 700 ~/.ssh && chmod 600 ~/.ssh/authorized_keys',
    },
    ...shared.slice(1, 2),
    {
      cause: 'key-type',
      text: 'sshd refuses this type of key',
      command: 'sshd -T | grep -i ^pubkeyacceptedalgorithms',
    },
    ...shared.slice(2),
  ];
}

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
