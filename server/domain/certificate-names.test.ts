import { describe, expect, it } from 'vitest';
import { namesHost } from './certificate-names.ts';

const names = (o: { commonName?: string; dns?: string[]; ips?: string[] }) => ({
  commonName: null,
  dns: [],
  ips: [],
  ...o,
});

describe('the names of a certificate', () => {
  it.each([
    ['an address of its own', { ips: ['10.0.0.1'] }, '10.0.0.1', 15, true],
    ['an address that libpq before 15 does not read', { ips: ['10.0.0.1'] }, '10.0.0.1', 14, false],
    ['an address as common name', { commonName: '10.0.0.1' }, '10.0.0.1', 13, true],
    ['both, for every libpq', { commonName: '10.0.0.1', ips: ['10.0.0.1'] }, '10.0.0.1', 14, true],
    [
      'a common name that a name beside it hides before 15',
      { commonName: '10.0.0.1', dns: ['db1'] },
      '10.0.0.1',
      14,
      false,
    ],
    [
      'a common name that a name beside it leaves alone',
      { commonName: '10.0.0.1', dns: ['db1'] },
      '10.0.0.1',
      15,
      true,
    ],
    [
      'a common name that another address hides',
      { commonName: '10.0.0.1', ips: ['10.0.0.9'] },
      '10.0.0.1',
      15,
      false,
    ],
    ['an IPv6 address, however written', { ips: ['FD00:0:0:0:0:0:0:1'] }, 'fd00::1', 15, true],
    ['a name in any case', { dns: ['DB1.example.net'] }, 'db1.EXAMPLE.net', 15, true],
    ['one label of a wildcard', { dns: ['*.example.net'] }, 'db1.example.net', 15, true],
    ['not two labels', { dns: ['*.example.net'] }, 'a.db1.example.net', 15, false],
    ['not the bare domain', { dns: ['*.example.net'] }, 'example.net', 15, false],
    ['a common name without other names', { commonName: 'db1' }, 'db1', 15, true],
    ['not the common name beside other names', { commonName: 'db1', dns: ['db2'] }, 'db1', 15, false],
    ['nothing', {}, 'db1', 15, false],
  ] as const)('count as libpq counts them: %s', (_what, given, host, major, good) => {
    const { commonName, dns, ips } = { commonName: undefined, dns: [], ips: [], ...given };
    const all = names({ ...(commonName === undefined ? {} : { commonName }), dns: [...dns], ips: [...ips] });
    expect(namesHost(all, host, major)).toBe(good);
  });
});
