import type { Secret } from '#server/domain/secret.ts';

export interface SshKey {
  privateKey: Secret;
  /** One line in OpenSSH's form. */
  publicLine: string;
}

/** Makes and reads SSH keys; opens no connection. */
export interface SshKeys {
  generate(comment: string): SshKey;
  /** Rejects SSH_KEY_UNREADABLE with the cause. */
  read(privateKey: string, passphrase: Secret | null): SshKey;
}
