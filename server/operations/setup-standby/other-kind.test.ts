import { describe, expect, it } from 'vitest';
import { plainLocation } from '#server/testing/plain-location.ts';
import { changesPlace, hbaInOtherPlace, identInOtherPlace, outOfContainer } from './other-kind.ts';

const DATA = '/var/lib/postgresql/data';
const CLUSTER = '/var/lib/postgresql/15/main';
const out = (content: string, config = DATA): string =>
  outOfContainer(Buffer.from(content), {
    from: { config, data: DATA },
    to: { config: '/etc/postgresql/15/main', data: CLUSTER },
  }).toString();
const hba = (content: string, o: { superuser?: string; to?: 'out' | 'in' } = {}): string =>
  hbaInOtherPlace(Buffer.from(content), {
    account: 'postgres',
    superuser: o.superuser ?? 'postgres',
    to: o.to ?? 'out',
    passwordMethod: 'scram-sha-256',
  }).toString();

describe('a configuration changes its place', () => {
  it('between a container and anything on a host, never between two of either', () => {
    const on = (kind: 'docker' | 'debian' | 'systemd' | 'plain') => plainLocation({ kind });
    expect(changesPlace(on('docker'), on('debian'))).toBe('out');
    expect(changesPlace(on('systemd'), on('docker'))).toBe('in');
    expect(changesPlace(on('docker'), on('docker'))).toBeNull();
    expect(changesPlace(on('debian'), on('plain'))).toBeNull();
  });
});

describe('postgresql.conf out of a container', () => {
  it('leaves where the files lie to the new place, and keeps every other line', () => {
    const conf = "hba_file = '/etc/postgresql/pg_hba.conf'\nwork_mem = 7MB # größer\n\tdata_directory='/x'\n";
    expect(out(conf)).toBe(`#${conf.replace('\tdata', '#\tdata')}`);
  });

  it('finds included files by their new path, and files of the data directory in the new one', () => {
    expect(out("include_dir = '/etc/postgresql/conf.d'", '/etc/postgresql')).toBe(
      "include_dir = '/etc/postgresql/15/main/conf.d'",
    );
    expect(out("include 'own.conf'")).toBe("include 'own.conf'");
    expect(out(`ssl_cert_file = '${DATA}/server.crt'`)).toBe(`ssl_cert_file = '${CLUSTER}/server.crt'`);
    expect(out("ssl_ca_file = '/etc/ssl/ca.pem'", '/etc')).toBe("ssl_ca_file = '/etc/ssl/ca.pem'");
  });
});

describe('pg_hba.conf in the other kind of place', () => {
  it('trusts no account of a host as it trusted who is in the container', () => {
    const given = [
      'local all all trust',
      'host all all 127.0.0.1/32 trust',
      'host all all ::1/128\ttrust # own',
      'host all all 127.0.0.1 255.255.255.255 trust',
      'local replication all peer',
      '# local all all trust',
      'host all all 10.0.0.0/8 scram-sha-256',
    ];
    expect(hba(given.join('\n')).split('\n')).toEqual([
      'local all "postgres" peer',
      'local all all peer',
      'host all all 127.0.0.1/32 scram-sha-256',
      'host all all ::1/128\tscram-sha-256 # own',
      'host all all 127.0.0.1 255.255.255.255 scram-sha-256',
      'local replication all peer',
      '# local all all trust',
      'host all all 10.0.0.0/8 scram-sha-256',
    ]);
  });

  it('lets the account of the server in as a superuser of another name, by a map', () => {
    expect(hba('local all all trust', { superuser: 'mgr_user' })).toBe(
      'local all "mgr_user" peer map=tandem\nlocal all all peer',
    );
    const who = { account: 'postgres', superuser: 'mgr_user' };
    const once = identInOtherPlace(Buffer.from('# maps'), who);
    expect(once.toString()).toBe('# maps\ntandem "postgres" "mgr_user"\n');
    expect(identInOtherPlace(once, who)).toEqual(once);
    const same = Buffer.from('# maps');
    expect(identInOtherPlace(same, { account: 'postgres', superuser: 'postgres' })).toBe(same);
  });

  it('keeps every rule on the way into a container, and adds its own once', () => {
    const once = hba('local all all peer', { to: 'in' });
    expect(once).toBe('local all "postgres" peer\nlocal all all peer');
    expect(hba(once, { to: 'in' })).toBe(once);
  });
});
