import ssh2 from 'ssh2';
import { AppError } from '#server/errors/app-error.ts';
import { Secret } from '#server/domain/secret.ts';
import { fingerprintOf } from './host-key.ts';

export interface KeyPair {
  privateKey: Secret;
  /** One line in OpenSSH's form, as it goes into authorized_keys. */
  publicLine: string;
  fingerprint: string;
}

/**
 * A new Ed25519 key in OpenSSH's format, without passphrase (it is stored encrypted). One key of 256 has a
 * public part that begins with a zero byte, which ssh2 1.17 leaves out (mscdex/ssh2#1513): nobody can read
 * that key, so another one is made.
 */
export function generateEd25519(comment = 'tandem'): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    if (ssh2.utils.parseKey(pair.private) instanceof Error) continue;
    return readPrivateKey(pair.private, null, comment);
  }
}

/**
 * Reads a private key that a person gave: OpenSSH, PEM or PuTTY format. SSH_KEY_UNREADABLE says whether
 * the passphrase is missing or wrong, or it is a public key, or nothing of the kind.
 */
export function readPrivateKey(text: string, passphrase: Secret | null, comment = 'tandem'): KeyPair {
  const trimmed = `${text.replace(/\r\n/g, '\n').trim()}\n`;
  if (/^(ssh-|ecdsa-|sk-)\S+ AAAA/.test(trimmed)) {
    throw unreadable('this is a public key', 'Paste the private part: the file without .pub.');
  }
  const parsed = ssh2.utils.parseKey(trimmed, passphrase?.reveal());
  if (parsed instanceof Error) throw keyError(parsed, passphrase !== null);
  // Old container formats may hold several keys; its types call each of them `any`.
  const key = (Array.isArray(parsed) ? parsed[0] : parsed) as ssh2.ParsedKey | undefined;
  if (key === undefined || !key.isPrivateKey()) {
    throw unreadable('this is not a private key', 'Paste the whole file, with its BEGIN and END lines.');
  }
  const blob = key.getPublicSSH();
  return {
    privateKey: new Secret(trimmed),
    publicLine: `${key.type} ${blob.toString('base64')} ${key.comment === '' ? comment : key.comment}`,
    fingerprint: fingerprintOf(blob),
  };
}

function keyError(cause: Error, passphraseGiven: boolean): AppError {
  if (/no passphrase given/i.test(cause.message)) {
    return unreadable(
      'the private key is encrypted and no passphrase was given',
      'Enter its passphrase.',
      cause,
    );
  }
  if (passphraseGiven && /passphrase|integrity|decrypt/i.test(cause.message)) {
    return unreadable(
      'the passphrase of the private key is wrong',
      'Enter the passphrase that the key was made with.',
      cause,
    );
  }
  return unreadable(
    'the private key cannot be read',
    'Paste the whole file, with its BEGIN and END lines. Ed25519, ECDSA and RSA keys in OpenSSH, PEM or PuTTY format are understood.',
    cause,
  );
}

function unreadable(message: string, hint: string, cause?: Error): AppError {
  return new AppError('SSH_KEY_UNREADABLE', {
    message,
    hint,
    ...(cause === undefined ? {} : { detail: cause.message, cause }),
  });
}
