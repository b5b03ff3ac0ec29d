/** A secret in one of the forms in which it could lie around. */
export interface SecretForm {
  /** Name of the secret, for the finding; the value itself is never printed. */
  secret: string;
  form: 'plain' | 'hex' | 'base64' | 'url-encoded' | 'json-escaped' | 'sql-quoted' | 'shell-quoted';
  bytes: Buffer;
}

/** Shorter than this, a form would be found by chance. */
const SHORTEST = 8;

/** Every form to search for. In base64 a text looks different at each of three alignments. */
export function formsOf(name: string, value: string): SecretForm[] {
  const clear = Buffer.from(value);
  const forms: [SecretForm['form'], string][] = [
    ['plain', value],
    ['hex', clear.toString('hex')],
    ['hex', clear.toString('hex').toUpperCase()],
    ['url-encoded', encodeURIComponent(value)],
    ['json-escaped', JSON.stringify(value).slice(1, -1)],
    ['sql-quoted', value.replaceAll("'", "''")],
    ['shell-quoted', value.replaceAll("'", `'\\''`)],
    ...[0, 1, 2].flatMap((shift) =>
      base64At(clear, shift).map((text): [SecretForm['form'], string] => ['base64', text]),
    ),
  ];
  const unique = new Map(
    forms.map(([form, text]) => [text, { secret: name, form, bytes: Buffer.from(text) }]),
  );
  return [...unique.values()].filter(({ bytes }) => bytes.length >= SHORTEST);
}

/** The characters that depend on the secret alone when `shift` unknown bytes stand before it. */
function base64At(clear: Buffer, shift: number): string[] {
  const text = Buffer.concat([Buffer.alloc(shift), clear])
    .toString('base64')
    .replace(/=+$/, '');
  const first = shift === 0 ? 0 : shift + 1;
  const last = Math.floor(((shift + clear.length) * 8) / 6);
  const own = text.slice(first, last);
  return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
}
