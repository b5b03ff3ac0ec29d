import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPairAuthority } from './pair-authority.ts';

const NOW_MS = Date.UTC(2030, 0, 1);
const authority = createPairAuthority(() => NOW_MS);
const made = async (address: string) => {
  const ca = await authority.create('Tandem pair "shop", O=x');
  const server = await authority.issue({ ...ca, address });
  return { ca: new X509Certificate(ca.certificate), server, read: new X509Certificate(server.certificate) };
};

describe('the authority of a pair', () => {
  it('signs certificates that verify against it and against no other', async () => {
    const { ca, read } = await made('10.0.0.1');
    const other = await made('10.0.0.1');
    expect(read.checkIssued(ca)).toBe(true);
    expect(read.verify(ca.publicKey)).toBe(true);
    expect(read.verify(other.ca.publicKey)).toBe(false);
    expect([ca.ca, read.ca]).toEqual([true, false]);
  });

  it('names exactly the address under which the other node connects', async () => {
    const ip = await made('10.0.0.1');
    expect(ip.read.checkIP('10.0.0.1')).toBe('10.0.0.1');
    expect(ip.read.checkIP('10.0.0.2')).toBeUndefined();
    expect(ip.read.subject).toBe('CN=10.0.0.1');
    const v6 = await made('fd00::1');
    expect(v6.read.checkIP('fd00::1')).toBe('fd00::1');
    const name = await made('db1.example.net');
    expect(name.read.checkHost('db1.example.net')).toBe('db1.example.net');
  });

  it('gives the key that belongs to the certificate, and says when it ends', async () => {
    const { server, read } = await made('10.0.0.1');
    expect(read.checkPrivateKey(createPrivateKey(server.key.reveal()))).toBe(true);
    expect(server.notAfterMs).toBe(NOW_MS + 365 * 24 * 3_600_000);
    expect(Date.parse(read.validFrom)).toBeLessThan(NOW_MS);
  });
});
