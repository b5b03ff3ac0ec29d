import { describe, expect, it } from 'vitest';
import { EMPTY_WISH, wishOf } from './wish-draft.ts';

describe('the form for preparing a server', () => {
  it('asks for something before a plan is made', () => {
    expect(wishOf(EMPTY_WISH)).toEqual({ wrong: ['nothing'] });
  });

  it('becomes exactly what was chosen', () => {
    const draft = {
      ...EMPTY_WISH,
      ...{
        postgresql: 'pgdg' as const,
        majorVersion: ' 17 ',
        account: 'shop',
        peerId: 's2',
        address: 'fd00::2',
      },
      directories: '/srv/shop/data:shop:0700\n\n/srv/shop/log:shop:750\n',
    };
    expect(wishOf(draft)).toEqual({
      wish: {
        postgresql: { majorVersion: 17, source: 'pgdg' },
        docker: null,
        account: { name: 'shop', dockerGroup: false },
        directories: [
          { path: '/srv/shop/data', owner: 'shop', mode: '0700' },
          { path: '/srv/shop/log', owner: 'shop', mode: '750' },
        ],
        firewall: { port: 5432, serverId: 's2', address: 'fd00::2' },
      },
    });
  });

  it.each([
    [{ postgresql: 'distribution', majorVersion: '9.6' }, 'majorVersion'],
    [{ account: 'root' }, 'account'],
    [{ account: 'Shop' }, 'account'],
    [{ directories: '/srv:root:0755' }, 'directories'],
    [{ directories: '/srv/shop' }, 'directories'],
    [{ peerId: 's2', address: 'db1' }, 'address'],
    [{ peerId: 's2', port: '0' }, 'port'],
  ] as const)('names the field that is wrong in %o', (part, field) => {
    expect(wishOf({ ...EMPTY_WISH, ...part })).toEqual({ wrong: [field] });
  });
});
