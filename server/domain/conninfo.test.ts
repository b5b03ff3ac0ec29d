import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatConninfo, parseConninfo } from './conninfo.ts';

describe('a connection string', () => {
  it('gives back every value that was put in, whatever it holds', () => {
    const values = fc.dictionary(fc.stringMatching(/^[a-z_]{1,12}$/), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(values, (wanted) => {
        expect(parseConninfo(formatConninfo(wanted))).toEqual(new Map(Object.entries(wanted)));
      }),
    );
  });

  it('cannot be made to name another host by a value', () => {
    const text = formatConninfo({ host: 'db1', application_name: "x' host='evil", port: 5432 });
    expect(parseConninfo(text)?.get('host')).toBe('db1');
  });

  it("reads libpq's other spellings", () => {
    expect(parseConninfo(String.raw`host = db1  port=5432 password = 'a\'b\\c' user=x\ y`)).toEqual(
      new Map([
        ['host', 'db1'],
        ['port', '5432'],
        ['password', String.raw`a'b\c`],
        ['user', 'x y'],
      ]),
    );
    expect(parseConninfo('')).toEqual(new Map());
  });

  it.each(['postgresql://db1/shop', "host='db1", 'host', '=db1', 'host=db1 port'])(
    'says that it cannot read %j rather than reading a part of it',
    (text) => expect(parseConninfo(text)).toBeNull(),
  );
});
