import { describe, expect, it } from 'vitest';
import { multiHostUri, parseMultiHost } from './multi-host-uri.ts';

describe('parseMultiHost', () => {
  it('reads hosts with and without a port, IPv6, user and database', () => {
    expect(
      parseMultiHost('postgresql://shop@10.0.0.1,[fd00::2]:6432/my%20db?target_session_attrs=read-write'),
    ).toEqual({
      endpoints: [
        { host: '10.0.0.1', port: 5432 },
        { host: 'fd00::2', port: 6432 },
      ],
      database: 'my db',
      user: 'shop',
    });
  });

  it.each([
    ['no URI', '10.0.0.1:5432', 'not a postgresql:// URI'],
    ['a password', 'postgresql://a:b@h/db?target_session_attrs=read-write', 'it holds a password'],
    [
      'a password option',
      'postgresql://h/db?password=x&target_session_attrs=read-write',
      'it holds a password',
    ],
    ['no wish for the primary', 'postgresql://h1,h2/db', 'clients would take the first host'],
    ['an empty host', 'postgresql://h1,,h2/db?target_session_attrs=primary', 'is no host with a port'],
    [
      'a port out of range',
      'postgresql://h1:70000/db?target_session_attrs=primary',
      'is no host with a port',
    ],
  ])('refuses %s and says why', (_, uri, why) => {
    expect(() => parseMultiHost(uri)).toThrow(why);
  });
});

it('names both servers, with brackets around IPv6 addresses', () => {
  expect(
    multiHostUri([
      { host: 'db1.example.net', port: 5432 },
      { host: '2001:db8::2', port: 5433 },
    ]),
  ).toBe('postgresql://db1.example.net:5432,[2001:db8::2]:5433/DB?target_session_attrs=read-write');
});
