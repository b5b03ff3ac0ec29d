import { generateKeyPairSync } from 'node:crypto';
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { Secret } from '#server/domain/secret.ts';
import { generateEd25519, readPrivateKey } from './private-key.ts';

test('a generated key is Ed25519 in OpenSSH format, and reads back to the same public line', () => {
  const pair = generateEd25519('tandem');
  expect(pair.privateKey.reveal()).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
  expect(pair.publicLine).toMatch(/^ssh-ed25519 AAAA\S+ tandem$/);
  expect(pair.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  expect(readPrivateKey(pair.privateKey.reveal(), null).publicLine).toBe(pair.publicLine);
});

test('an encrypted key needs its passphrase, and says which of the two is wrong', () => {
  const { private: text } = ssh2.utils.generateKeyPairSync('ed25519', {
    passphrase: 'secret',
    cipher: 'aes256-cbc',
    rounds: 16,
  });
  expect(() => readPrivateKey(text, null)).toThrow(/no passphrase was given/);
  expect(() => readPrivateKey(text, new Secret('other'))).toThrow(/passphrase of the private key is wrong/);
  expect(readPrivateKey(text, new Secret('secret')).publicLine).toMatch(/^ssh-ed25519 /);
});

test('RSA in PEM format is read, line ends of Windows and spaces around do no harm', () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const pasted = `\n  ${privateKey.replaceAll('\n', '\r\n')}  \n`;
  expect(readPrivateKey(pasted, null).publicLine).toMatch(/^ssh-rsa /);
});

test('a public key and any other text are refused by name', () => {
  expect(() => readPrivateKey(generateEd25519().publicLine, null)).toThrow(/this is a public key/);
  expect(() => readPrivateKey('hello', null)).toThrow(
    expect.objectContaining({ code: 'SSH_KEY_UNREADABLE' }),
  );
});

test('makes keys that can be read, every time', () => {
  for (let n = 0; n < 2_000; n += 1) expect(generateEd25519().publicLine).toMatch(/^ssh-ed25519 AAAA\S{64} /);
});
