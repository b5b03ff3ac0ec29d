import { expect, it } from 'vitest';
import { multiHostUri } from './multi-host-uri.ts';

it('names both servers, with brackets around IPv6 addresses', () => {
  expect(
    multiHostUri([
      { host: 'db1.example.net', port: 5432 },
      { host: '2001:db8::2', port: 5433 },
    ]),
  ).toBe('postgresql://db1.example.net:5432,[2001:db8::2]:5433/DB?target_session_attrs=read-write');
});
