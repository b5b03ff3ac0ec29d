import { expect, it } from 'vitest';
import { plainLocation } from '#server/testing/plain-location.ts';
import { controlAction } from './control-line.ts';

const line = (...given: Parameters<typeof controlAction>): string => {
  const action = controlAction(...given);
  return action.type === 'command' ? `${action.runAs}: ${action.line}` : '';
};

it('shows the command that a person would type for each way of running a server', () => {
  const plain = plainLocation();
  expect(line('db1', plain, 'stop')).toBe(
    'postgres: /usr/lib/postgresql/15/bin/pg_ctl stop -D /data/main -m fast',
  );
  expect(line('db1', plainLocation({ kind: 'debian', name: '15/main' }), 'restart')).toBe(
    'root: pg_ctlcluster 15 main restart',
  );
  const unit = plainLocation({ kind: 'systemd', name: 'postgresql-15.service' });
  expect(line('db1', unit, 'start')).toBe('root: systemctl start postgresql-15.service');
  expect(line('db1', unit, 'promote')).toBe(
    'postgres: /usr/lib/postgresql/15/bin/pg_ctl promote -D /data/main',
  );
  expect(line('db1', plainLocation({ kind: 'docker', name: 'pg' }), 'stop')).toBe(
    'root: docker stop -t 120 pg',
  );
});
