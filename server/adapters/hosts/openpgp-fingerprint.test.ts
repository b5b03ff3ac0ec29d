import { describe, expect, it } from 'vitest';
import { openpgpFingerprints } from './openpgp-fingerprint.ts';

/** A primary key and a subkey, made for this test. */
const KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawRHxRYJKwYBBAHaRw8BAQdAlSNYiY/JV6U4jkX0oN8WGk2jtVfHd9qFbhP8
yOE/hmm0H1ByYWN0aWNlIDxwcmFjdGljZUBleGFtcGxlLm9yZz6IkAQTFggAOBYh
BNrk8Un+u4DVk2EYP4x/jkp9nZ/vBQJrBEfFAhsDBQsJCAcCBhUKCQgLAgQWAgMB
Ah4BAheAAAoJEIx/jkp9nZ/vN3sA/38jASqmTeAQNGR6F06sve25EUEzsiU3fahg
BoRg8tfFAQCibu6tDKM/EfL7z5fjtJDUrCDBXDIICybjtv7awJfTCrg4BGsER8US
CisGAQQBl1UBBQEBB0AtIXegYTef03BRD1wDrEXEre11oYUoiK8X44GPvPSXBAMB
CAeIeAQYFggAIBYhBNrk8Un+u4DVk2EYP4x/jkp9nZ/vBQJrBEfFAhsMAAoJEIx/
jkp9nZ/vpt0A/2s/KOawXp4TjIcerHv6Au/+aJlt/QEfCcrQOa5okP1tAP9B4uTI
EfQouUQL4/AV+Guh8CIrnQkvYOkULcInAuxGAw==
=LUWc
-----END PGP PUBLIC KEY BLOCK-----
`;
const FINGERPRINT = 'DAE4F149FEBB80D59361183F8C7F8E4A7D9D9FEF';
const body = (text: string): string => text.split('\n').slice(2, -3).join('');

describe('fingerprints of a key file', () => {
  it('are those of its primary keys, as gpg says them', () => {
    expect(openpgpFingerprints(KEY)).toEqual([FINGERPRINT]);
    expect(openpgpFingerprints(KEY.replaceAll('\n', '\r\n'))).toEqual([FINGERPRINT]);
  });

  it('name every key of a file, so that a second one cannot hide behind the right one', () => {
    const packets = Buffer.from(body(KEY), 'base64');
    const twice = Buffer.concat([packets, packets]).toString('base64');
    const file = `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${twice}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
    expect(openpgpFingerprints(file)).toEqual([FINGERPRINT, FINGERPRINT]);
  });

  it('are none of a file with a second block, or with anything beside the block', () => {
    for (const file of [`${KEY}${KEY}`, `hello\n${KEY}`, `${KEY}hello\n`])
      expect(openpgpFingerprints(file)).toEqual([]);
  });

  it('are others when a single bit of the key is another one', () => {
    const packets = Buffer.from(body(KEY), 'base64');
    packets.writeUInt8(packets.readUInt8(30) ^ 1, 30);
    const file = `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${packets.toString('base64')}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
    expect(openpgpFingerprints(file)).not.toEqual([FINGERPRINT]);
  });

  it.each([
    '',
    'not found',
    '<html>-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END',
    KEY.slice(0, 300),
  ])('are none of what is no key: %s', (text) => {
    expect(openpgpFingerprints(text)).toEqual([]);
  });
});
