import { describe, expect, it } from 'vitest';
import { loginFailure } from './network-probe.ts';

const TO = 'psql: error: connection to server at "10.77.5.11", port 5432 failed:';

describe('what a server answers to a login', () => {
  it('is its own words on a rule that rejects', () => {
    const words =
      'pg_hba.conf rejects connection for host "10.77.5.12", user "tandem_nobody", database "postgres", no encryption';
    expect(loginFailure(`${TO} FATAL:  ${words}\n`)).toBe(words);
  });

  it('is the kernel’s word when nobody listens', () => {
    const stderr = `${TO} Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n`;
    expect(loginFailure(stderr)).toBe('Connection refused');
  });

  it('is the password that was not given, where a rule lets in', () => {
    expect(loginFailure(`${TO} fe_sendauth: no password supplied\n`)).toBe(
      'fe_sendauth: no password supplied',
    );
  });
});
