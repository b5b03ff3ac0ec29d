import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSshAddress, type SshAddress } from './parse-ssh-address.ts';

const address = (change: Partial<SshAddress>): SshAddress => ({
  host: 'db1',
  port: null,
  username: null,
  alias: null,
  jump: null,
  identityFile: null,
  ...change,
});

describe('parseSshAddress', () => {
  it.each<[string, Partial<SshAddress>]>([
    ['db1', {}],
    ['  db1.example.net ', { host: 'db1.example.net' }],
    ['postgres@db1:2222', { username: 'postgres', port: 2222 }],
    ['10.0.0.1:22', { host: '10.0.0.1', port: 22 }],
    ['ssh://admin@db1:2200/', { username: 'admin', port: 2200 }],
    ['2001:db8::1', { host: '2001:db8::1' }],
    ['root@2001:db8::1', { host: '2001:db8::1', username: 'root' }],
    ['root@[2001:db8::1]:2222', { host: '2001:db8::1', username: 'root', port: 2222 }],
  ])('reads the address %s', (input, expected) => {
    expect(parseSshAddress(input)).toEqual(address(expected));
  });

  it.each<[string, Partial<SshAddress>]>([
    ['ssh db1', {}],
    ['ssh -p 2222 postgres@db1', { username: 'postgres', port: 2222 }],
    ['ssh -p2222 -l admin db1', { username: 'admin', port: 2222 }],
    ['ssh -i ~/.ssh/id_db -J jump@bastion:22 db1', { jump: 'jump@bastion:22', identityFile: '~/.ssh/id_db' }],
    ['ssh -A -o StrictHostKeyChecking=no -vv db1 uptime -p 99', {}],
  ])('reads the command %s', (input, expected) => {
    expect(parseSshAddress(input)).toEqual(address(expected));
  });

  it('reads a block of ssh_config and only the first one', () => {
    const block = [
      'Host db1 db1-alias # the shop',
      '  HostName 10.0.0.1',
      '  User=postgres',
      '  Port 2222',
      '  ProxyJump bastion',
      '  IdentityFile "~/.ssh/id db"',
      'Host db2',
      '  HostName 10.0.0.2',
    ].join('\n');
    expect(parseSshAddress(block)).toEqual({
      host: '10.0.0.1',
      port: 2222,
      username: 'postgres',
      alias: 'db1',
      jump: 'bastion',
      identityFile: '~/.ssh/id db',
    });
  });

  it.each([
    '',
    '   ',
    'db1:0',
    'db1:70000',
    'a b',
    '-oProxyCommand=id',
    'ssh',
    'ssh -p',
    'x@-rf',
    '$(id)@db1',
    'db1;id',
    'db1\0',
  ])('refuses %j', (input) => {
    expect(parseSshAddress(input)).toBeNull();
  });

  it('never answers a host that could be taken for an option or hold a shell character', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }).map((s) => `ssh ${s}`),
        ),
        (input) => {
          const result = parseSshAddress(input);
          if (result === null) return;
          expect(result.host).toMatch(/^[A-Za-z0-9:][A-Za-z0-9._:-]*$/);
          expect(result.username ?? 'x').toMatch(/^[A-Za-z_][A-Za-z0-9_.-]*$/);
        },
      ),
    );
  });
});
