import { expect, it } from 'vitest';
import { plainLocation } from '#server/testing/plain-location.ts';
import type { RunbookLanguage } from './blocks.ts';
import { runbookHtml, runbookMarkdown } from './render-runbook.ts';
import { makeRunbook, type RunbookFacts } from './runbook.ts';

const node = (serverName: string, address: string, given = {}): RunbookFacts['primary'] => ({
  serverName,
  ssh: `ssh dba@${address}`,
  address,
  location: plainLocation(given),
  superuser: 'postgres',
});
const facts = (given: Parameters<typeof plainLocation>[0] = {}): RunbookFacts => ({
  pairName: 'shop',
  primary: node('db1', '10.0.0.1', given),
  standby: node('db2', '10.0.0.2', given),
  slotName: 'tandem_shop',
  replicationRole: 'tandem_replication',
  rewindRole: 'tandem_rewind',
  routes: ['pool'],
  hooks: ['stop the shop <app>'],
  detached: null,
});
const lineOf = (f: RunbookFacts, id: string): string => {
  const found = makeRunbook(f).find((block) => block.type === 'command' && block.id === id);
  return found?.type === 'command' ? found.line : '';
};

it.each<RunbookLanguage>(['en', 'de'])('says in %s which command is typed on which server', (language) => {
  const markdown = runbookMarkdown(makeRunbook(facts()), language);
  expect(markdown).toContain('**db1** (`ssh dba@10.0.0.1`)');
  expect(markdown).toContain('touch /data/main/standby.signal');
  expect(markdown).toContain('pg_promote');
  expect(markdown).not.toContain('undefined');
});

it('is one self-contained page for printing, with names of others as text', () => {
  const html = runbookHtml(makeRunbook(facts()), 'en');
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).toContain('stop the shop &lt;app&gt;');
  expect(html).not.toMatch(/src=|href=/);
});

it('says before anything else what a failover to a detached standby would lose', () => {
  const detached = { sinceMs: Date.UTC(2030, 4, 6, 7, 8), syncNames: null };
  const markdown = runbookMarkdown(makeRunbook({ ...facts(), detached }), 'en');
  expect(markdown).toContain('db2 was detached on 2030-05-06 07:08 UTC');
  expect(markdown.indexOf('was detached')).toBeLessThan(markdown.indexOf('pg_promote'));
});

it('fences before it stops, and stops before it promotes', () => {
  const ids = makeRunbook(facts()).flatMap((block) => (block.type === 'command' ? [block.id] : []));
  const order = ['fence', 'stop-old', 'detach', 'replayed', 'promote'].map((id) => ids.indexOf(id));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order[0]).toBeGreaterThan(-1);
});

it('stops and starts a server in the way that it is run', () => {
  expect(lineOf(facts(), 'stop-old')).toContain('pg_ctl -D /data/main -m fast -w stop');
  expect(lineOf(facts({ kind: 'debian', name: '15/main' }), 'stop-old')).toBe(
    'sudo pg_ctlcluster 15 main stop',
  );
  expect(lineOf(facts({ kind: 'systemd', name: 'pg.service' }), 'stop-old')).toBe(
    'sudo systemctl stop pg.service',
  );
  expect(lineOf(facts({ kind: 'docker', name: 'db' }), 'stop-old')).toBe('sudo docker stop -t 120 db');
});

it('takes the autostart away and passes the start gate only where there is one', () => {
  expect(lineOf(facts(), 'no-autostart')).toBe('');
  expect(lineOf(facts(), 'open-once')).toBe('');
  const unit = facts({ kind: 'systemd', name: 'pg.service' });
  expect(lineOf(unit, 'no-autostart')).toBe('sudo systemctl disable pg.service');
  expect(lineOf(unit, 'open-once')).toContain('/run/tandem/open-once/pg');
});

it('quotes paths with spaces', () => {
  expect(lineOf(facts({ dataDirectory: '/data/my shop' }), 'stop-old')).toContain("-D '/data/my shop'");
});

it('puts IPv6 addresses into brackets, so that clients reach them', () => {
  const f = facts();
  const markdown = runbookMarkdown(
    makeRunbook({
      ...f,
      primary: { ...f.primary, address: 'fd00::1' },
      standby: { ...f.standby, address: 'fd00::2' },
    }),
    'en',
  );
  expect(markdown).toContain('postgresql://[fd00::1]:5432,[fd00::2]:5432/');
});
