import { describe, expect, it } from 'vitest';
import { poolTarget, redirectPools } from './pgbouncer-config.ts';

const CONFIG = `;; PgBouncer
[databases]
; shop = host=commented
shop = host=10.0.0.1 port=5432 dbname=shop
"my db" = dbname='it''s' user=x   \r
local =
%include /etc/pgbouncer/more.ini
* = host=10.0.0.1

[users]
[pgbouncer]
listen_port = 6432
shop = host=elsewhere
`;
const TO = { host: '10.0.0.2', port: 5433 };

describe('the databases of a PgBouncer configuration', () => {
  it('are found by their own entry, never by the fallback, a comment or another section', () => {
    expect(poolTarget(CONFIG, 'shop')).toEqual({ host: '10.0.0.1', port: 5432 });
    expect(poolTarget(CONFIG, 'my db')).toEqual({ host: null, port: 5432 });
    expect(poolTarget(CONFIG, 'other')).toBeNull();
    expect(poolTarget(CONFIG, 'listen_port')).toBeNull();
  });

  it('are led elsewhere, and every other byte stays', () => {
    const next = redirectPools(CONFIG, ['shop', 'my db', 'local'], TO);
    expect(next).toBe(
      CONFIG.replace(
        'shop = host=10.0.0.1 port=5432 dbname=shop',
        'shop = host=10.0.0.2 port=5433 dbname=shop',
      )
        .replace(`dbname='it''s' user=x   \r`, `dbname='it''s' user=x host=10.0.0.2 port=5433   \r`)
        .replace('local =\n', 'local =host=10.0.0.2 port=5433\n'),
    );
    expect(poolTarget(next, 'shop')).toEqual(TO);
    expect(poolTarget(next, 'local')).toEqual(TO);
  });

  it('keep an entry of the same name in a later line the one that counts', () => {
    const twice = '[databases]\nshop = host=a\nshop = host=b port=1\n';
    expect(poolTarget(twice, 'shop')).toEqual({ host: 'b', port: 1 });
    expect(poolTarget(redirectPools(twice, ['shop'], TO), 'shop')).toEqual(TO);
  });

  it('are refused when they have no entry of their own', () => {
    expect(() => redirectPools(CONFIG, ['other'], TO)).toThrow('has no entry "other"');
  });
});
