import { describe, expect, it } from 'vitest';
import { sudoersFor } from './sudoers.ts';

const debian = { kind: 'debian' as const, osOwner: 'postgres', name: '15/main', dataDirectory: '/data' };
const advice = (instances: Parameters<typeof sudoersFor>[0]['instances'], loginUser = 'tandem') =>
  sudoersFor({ serverName: 'db1', loginUser, instances });
const ruleOf = (file: string | null) => file?.split('\n').filter((line) => line.includes('NOPASSWD'));

describe('the sudo rights that Tandem asks for', () => {
  it('are the owners of the servers and nobody else', () => {
    const { file } = advice([
      debian,
      { kind: 'plain', osOwner: 'pg2', name: null, dataDirectory: '/d2' },
      debian,
    ]);
    expect(ruleOf(file)).toEqual(['tandem ALL=(pg2,postgres) NOPASSWD: ALL']);
  });

  it('are none for root, and none where the login owns everything itself', () => {
    expect(advice([debian], 'root').file).toBeNull();
    expect(advice([{ kind: 'plain', osOwner: 'tandem', name: null, dataDirectory: '/d' }]).file).toBeNull();
  });

  it('are none for containers, with the word that the group docker is as much as root', () => {
    const { file, remarks } = advice([
      { kind: 'docker', osOwner: 'postgres', name: 'db', dataDirectory: '/d' },
    ]);
    expect(file).toBeNull();
    expect(remarks.map((remark) => remark.en).join(' ')).toContain('group docker, which is as much as root');
  });

  it('are root where systemd starts the server, and say so', () => {
    const { file, remarks } = advice([
      { kind: 'systemd', osOwner: 'postgres', name: 'pg.service', dataDirectory: '/d' },
    ]);
    expect(ruleOf(file)).toEqual(['tandem ALL=(root,postgres) NOPASSWD: ALL']);
    expect(remarks.map((remark) => remark.en).join(' ')).toContain('as much as root');
  });

  it('ask for no root on a guess: of a server that was not to be seen, its owner looks first', () => {
    const unseen = {
      kind: 'systemd' as const,
      osOwner: 'postgres',
      name: 'postgresql@15-main.service',
      dataDirectory: '',
    };
    expect(ruleOf(advice([unseen]).file)).toEqual(['tandem ALL=(postgres) NOPASSWD: ALL']);
  });

  it('escape what sudo would read as its own', () => {
    expect(ruleOf(advice([debian], 'a,b=c:d').file)).toEqual([
      String.raw`a\,b\=c\:d ALL=(postgres) NOPASSWD: ALL`,
    ]);
  });
});
