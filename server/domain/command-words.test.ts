import { describe, expect, it } from 'vitest';
import { AppError } from '#server/errors/app-error.ts';
import { commandWords } from './command-words.ts';

const problem = (line: string): unknown => {
  try {
    return commandWords(line, 'line');
  } catch (thrown) {
    return thrown instanceof AppError ? [thrown.code, thrown.data['field'], thrown.message] : thrown;
  }
};

describe('a command line without a shell', () => {
  it.each([
    ['/usr/bin/systemctl stop shop', ['/usr/bin/systemctl', 'stop', 'shop']],
    ['  app  --name \'a b\'  "c\\"d" e\\ f ', ['app', '--name', 'a b', 'c"d', 'e f']],
    ["app '' ''", ['app', '', '']],
    ["echo '$HOME; rm -rf /'", ['echo', '$HOME; rm -rf /']],
    ['a\'b\'"c"d', ['abcd']],
    ["app 'one\ntwo'", ['app', 'one\ntwo']],
  ])('splits %j into its words', (line, words) => {
    expect(commandWords(line, 'line')).toEqual(words);
  });

  it.each([
    '',
    '   ',
    "app 'open",
    'app \\',
    'a | b',
    'a; b',
    'a > b',
    'echo $HOME',
    'a\nb',
    '-rf x',
    'A=b c',
    '*',
  ])('refuses %j and names the field', (line) => {
    expect(problem(line)).toEqual(['INVALID_INPUT', 'line', expect.stringMatching(/^line: /)]);
  });
});
