import fc from 'fast-check';

/** Values that have broken shells, configuration files and SQL. No NUL byte: that is refused, not carried. */
export const HOSTILE_VALUES: readonly string[] = [
  "it's",
  '"double"',
  "'; DROP TABLE users; --",
  'a\nb',
  'ends with newline\n',
  '\r\n',
  '$(touch /tmp/owned)',
  '`touch /tmp/owned`',
  '${HOME}',
  '\\',
  "\\'",
  '\\n\\x41\\101',
  '-rf',
  '--',
  '-',
  '*',
  '~',
  '!!',
  '#',
  '%s%n',
  ':variable',
  ":'name'",
  ':"name"',
  '$$body$$',
  'ünïcödé ☃ 𝄞 \u202e',
  '\u001f\u001e',
  '\t \u000b',
  '\u007f\u001b[31m',
  ' leading and trailing ',
  '',
  `${'x'.repeat(10_000)}'"\\\n`,
];

/** Hostile values, pieces of them glued together, and any other text without NUL and lone surrogates. */
export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...HOSTILE_VALUES),
    fc
      .array(fc.constantFrom(...HOSTILE_VALUES.filter((value) => value.length < 100)), { maxLength: 4 })
      .map((parts) => parts.join('')),
    fc
      .string({ unit: 'binary', maxLength: 60 })
      .map((text) => text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '')),
  );
}
