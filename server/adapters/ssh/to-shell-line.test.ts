import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Secret } from '#server/domain/secret.ts';
import { hostileText } from '#server/testing/contract/hostile-text.ts';
import { quoteWord, toShellLine } from './to-shell-line.ts';

function throughShell(line: string): string {
  return execFileSync('/bin/sh', [], { input: `${line}\n`, encoding: 'utf8', maxBuffer: 1e8 });
}

test('every word arrives as one argument with its very bytes', () => {
  fc.assert(
    fc.property(fc.array(hostileText(), { minLength: 1, maxLength: 4 }), (words) => {
      const line = toShellLine({ argv: ['printf', '%s\\0', ...words] });
      expect(throughShell(line).split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

test('every environment value arrives with its very bytes', () => {
  fc.assert(
    fc.property(hostileText(), (value) => {
      const line = toShellLine({ argv: ['sh', '-c', 'printf %s "$V"'], env: { V: value } });
      expect(throughShell(line)).toBe(value);
    }),
    { numRuns: 40 },
  );
});

test('a NUL byte is refused with INVALID_INPUT', () => {
  expect(() => quoteWord('a\0b')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});

test('a program name cannot be read as an option or an assignment', () => {
  for (const program of ['-rf', 'A=b', '', ' x']) {
    expect(() => toShellLine({ argv: [program] })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  }
});

test('a secret is refused as argument and in the environment', () => {
  const secret = new Secret('s');
  expect(() => toShellLine({ argv: ['echo', secret] })).toThrow(
    expect.objectContaining({ code: 'ASSERTION' }),
  );
  expect(() => toShellLine({ argv: ['env'], env: { A: secret } })).toThrow(
    expect.objectContaining({ code: 'ASSERTION' }),
  );
});

test('a builtin cannot end or change the shell that runs it', () => {
  const lines = [
    toShellLine({ argv: ['exit', '3'] }),
    toShellLine({ argv: ['cd', '/'] }),
    toShellLine({ argv: ['pwd'] }),
  ];
  const directory = execFileSync('/bin/sh', [], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    cwd: '/usr',
  });
  expect(directory).toBe('/usr\n');
});
