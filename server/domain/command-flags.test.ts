import { expect, it } from 'vitest';
import { commandFlags, standsInTheWay, whyFlagStays, withoutFlags } from './command-flags.ts';

const ARGS = [
  'postgres',
  '-c',
  'wal_level=replica',
  '-cwork_mem=8MB',
  '--wal-log-hints=on',
  '-N',
  '100',
  '-c',
  'wal_level=logical',
];

it('reads each way in which postgres takes a setting', () => {
  expect(commandFlags(ARGS).map(({ name, value, words }) => [name, value, words])).toEqual([
    ['wal_level', 'replica', 2],
    ['work_mem', '8MB', 1],
    ['wal_log_hints', 'on', 1],
    ['wal_level', 'logical', 2],
  ]);
});

it('takes a setting out wherever it stands, and nothing else', () => {
  expect(withoutFlags(ARGS, ['wal_level', 'wal_log_hints'])).toEqual([
    'postgres',
    '-cwork_mem=8MB',
    '-N',
    '100',
  ]);
});

it('leaves a command that every image takes', () => {
  expect(withoutFlags(['-c', 'wal_level=replica'], ['wal_level'])).toEqual(['postgres']);
  expect(withoutFlags([], ['wal_level'])).toEqual([]);
});

it('keeps what says where the server is, and lists of names', () => {
  expect(['config_file', 'port', 'shared_preload_libraries', 'wal_level'].map(whyFlagStays)).toEqual([
    'structural',
    'structural',
    'list',
    null,
  ]);
});

it('knows what stands in the way', () => {
  expect(['ssl', 'ssl_ca_file', 'max_wal_senders', 'work_mem'].map(standsInTheWay)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
