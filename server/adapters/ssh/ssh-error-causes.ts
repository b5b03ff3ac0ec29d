import { AppError } from '#server/errors/app-error.ts';
import type { ErrorCode } from '#server/errors/catalog.ts';

export interface Address {
  host: string;
  port: number;
}

interface Cause {
  code: ErrorCode;
  /** Lower case, continues with the address. */
  message: (a: Address) => string;
  /** What to do, with the one command that does it. */
  hint: (a: Address) => string;
}

const sshCommand = (a: Address) => `ssh -p ${a.port} ${a.host}`;

/** What the operating system says about a connection, and what it means to the person. */
const SOCKET_CAUSES: Record<string, Cause> = {
  ENOTFOUND: {
    code: 'SSH_NAME_NOT_RESOLVED',
    message: (a) => `the name ${a.host} does not resolve`,
    hint: (a) =>
      `Check the spelling, or enter the address itself. On the machine that runs Tandem: getent hosts ${a.host}`,
  },
  EAI_AGAIN: {
    code: 'SSH_NAME_NOT_RESOLVED',
    message: (a) => `the name server did not answer for ${a.host}`,
    hint: (a) => `Check name resolution on the machine that runs Tandem: getent hosts ${a.host}`,
  },
  ECONNREFUSED: {
    code: 'SSH_CONNECTION_REFUSED',
    message: (a) => `${a.host} refuses connections to port ${a.port}`,
    hint: () =>
      'The machine is up but no SSH server listens on this port. On the server: systemctl enable --now ssh',
  },
  ETIMEDOUT: {
    code: 'SSH_TIMEOUT_CONNECT',
    message: (a) => `${a.host} does not answer on port ${a.port}`,
    hint: (a) =>
      `The machine is off, or a firewall drops the packets. Try from the machine that runs Tandem: ${sshCommand(a)}`,
  },
  EHOSTUNREACH: {
    code: 'SSH_NO_ROUTE',
    message: (a) => `there is no route to ${a.host}`,
    hint: (a) => `Check the address and the network of the machine that runs Tandem: ip route get ${a.host}`,
  },
  ENETUNREACH: {
    code: 'SSH_NO_ROUTE',
    message: (a) => `there is no route to the network of ${a.host}`,
    hint: (a) => `Check the network of the machine that runs Tandem: ip route get ${a.host}`,
  },
  ENOTSSH: {
    code: 'SSH_NOT_AN_SSH_SERVER',
    message: (a) => `port ${a.port} of ${a.host} is not an SSH server`,
    hint: () =>
      'Another service answers on this port. Enter the port of sshd; on the server: sshd -T | grep ^port',
  },
  ENOBANNER: {
    code: 'SSH_NOT_AN_SSH_SERVER',
    message: (a) =>
      `port ${a.port} of ${a.host} accepts the connection but does not introduce itself as an SSH server`,
    hint: (a) => `It is another service, or sshd hangs. Compare: ${sshCommand(a)}`,
  },
  ECLOSED_BEFORE_BANNER: {
    code: 'SSH_CONNECTION_LOST',
    message: (a) => `${a.host} closed the connection before the SSH handshake`,
    hint: () =>
      'sshd limits unfinished logins (MaxStartups) or a filter refuses this address. On the server: journalctl -u ssh -n 20',
  },
};

const SOCKET_LOST: Cause = {
  code: 'SSH_CONNECTION_LOST',
  message: (a) => `the connection to ${a.host} broke`,
  hint: (a) => `Tandem connects again by itself. If it stays so: ${sshCommand(a)}`,
};

/** An error of a socket, told by cause. */
export function socketError(address: Address, thrown: unknown): AppError {
  const errno = readErrno(thrown);
  const cause = SOCKET_CAUSES[errno] ?? SOCKET_LOST;
  return new AppError(cause.code, {
    message: cause.message(address),
    hint: cause.hint(address),
    data: { host: address.host, port: address.port },
    ...(errno === '' ? {} : { detail: errno }),
    cause: thrown,
  });
}

/** ssh2 tells its causes by text only. First match wins. */
const HANDSHAKE_CAUSES: readonly { pattern: RegExp; cause: Cause }[] = [
  {
    pattern: /too many authentication failures/i,
    cause: {
      code: 'SSH_TOO_MANY_FAILURES',
      message: (a) => `${a.host} ended the login after too many failures`,
      hint: () => 'Wait a minute, then check user name and key. On the server: journalctl -u ssh -n 20',
    },
  },
  {
    pattern: /no matching|signature verification failed|Handshake failed/i,
    cause: {
      code: 'SSH_ALGORITHMS_NOT_SHARED',
      message: (a) => `${a.host} and Tandem share no algorithm for the connection`,
      hint: () =>
        'The SSH server is very old or very restricted. On the server, to see what it offers: sshd -T | grep -E "kexalgorithms|ciphers|macs|hostkeyalgorithms"',
    },
  },
  {
    pattern: /Timed out while waiting for handshake/i,
    cause: {
      code: 'SSH_TIMEOUT_CONNECT',
      message: (a) => `${a.host} did not finish the login in time`,
      hint: () =>
        'The server is overloaded, or its name lookups hang. On the server: echo "UseDNS no" >> /etc/ssh/sshd_config && systemctl reload ssh',
    },
  },
];

/** An error of ssh2 before `ready`, when neither host key nor login is its cause. */
export function handshakeError(address: Address, thrown: Error): AppError {
  const row = HANDSHAKE_CAUSES.find(({ pattern }) => pattern.test(thrown.message));
  if (row === undefined) return socketError(address, thrown);
  return new AppError(row.cause.code, {
    message: row.cause.message(address),
    hint: row.cause.hint(address),
    detail: thrown.message,
    data: { host: address.host, port: address.port },
    cause: thrown,
  });
}

/** The pinned key and the offered one differ, or the pinned kind of key is not offered any more. */
export function hostKeyChanged(
  address: Address,
  pinnedFingerprint: string,
  offered: string | null,
): AppError {
  return new AppError('HOST_KEY_CHANGED', {
    message: `the host key of ${address.host} has changed`,
    detail: `approved ${pinnedFingerprint}, offered ${offered ?? 'none of that kind'}`,
    hint:
      'Somebody may be between Tandem and the server, or it was installed anew. Compare on its console before you approve: ' +
      'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $key; done',
    data: { host: address.host, approved: pinnedFingerprint, offered },
  });
}

export function hostKeyUnknown(address: Address, offered: string): AppError {
  return new AppError('SSH_HOST_KEY_UNKNOWN', {
    message: `the host key of ${address.host} was not approved yet`,
    detail: `offered ${offered}`,
    hint: 'Compare the fingerprint on the server and approve it: for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $key; done',
    data: { host: address.host, offered },
  });
}

/** A refused channel: the forwarding is switched off, or the other end did not accept. */
export function forwardError(host: string, where: string, thrown: Error & { reason?: unknown }): AppError {
  // RFC 4254, section 5.1: 1 = administratively prohibited, 2 = connect failed.
  if (thrown.reason === 1 || /administratively prohibited/i.test(thrown.message))
    return forwardingOff(host, where, thrown);
  return new AppError('FORWARD_NOT_ACCEPTED', {
    message: `nothing accepts connections at ${where} on ${host}`,
    hint: 'Check that the service runs and listens there.',
    detail: thrown.message,
    data: { host, where },
    cause: thrown,
  });
}

/** sshd forwards neither ports nor sockets for this user. */
export function forwardingOff(host: string, where: string, cause: Error): AppError {
  return new AppError('SSH_FORWARDING_REFUSED', {
    message: `${host} does not allow forwarding to ${where}`,
    hint: 'On the server, allow it: printf "AllowTcpForwarding yes\\nAllowStreamLocalForwarding yes\\n" > /etc/ssh/sshd_config.d/tandem.conf && systemctl reload ssh',
    detail: cause.message,
    data: { host, where },
    cause,
  });
}

function readErrno(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}
