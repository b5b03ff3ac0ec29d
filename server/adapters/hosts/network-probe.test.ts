import { describe, expect, it } from 'vitest';
import { loginFailure, replicationFailure } from './network-probe.ts';

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

describe('why a replication login fails', () => {
  it.each([
    'FATAL:  no pg_hba.conf entry for replication connection from host "10.77.5.12", user "r", no encryption',
    'FATAL:  kein pg_hba.conf-Eintrag für Replikationsverbindung von Host »10.77.5.12«, Benutzer »r«, keine Verschlüsselung',
  ])('is a missing rule for the address that the server saw, in its language: %s', (words) => {
    expect(replicationFailure(`${TO} ${words}\n`)).toEqual({
      result: 'no-hba-rule',
      seenAddress: '10.77.5.12',
    });
  });

  it.each([
    'FATAL:  password authentication failed for user "r"',
    'FATAL:  Passwort-Authentifizierung für Benutzer »r« fehlgeschlagen',
  ])('is the password: %s', (words) => {
    expect(replicationFailure(`${TO} ${words}\n`)).toEqual({ result: 'wrong-password' });
  });
});
