import { expect, it } from 'vitest';
import { plainLocation } from '#server/testing/plain-location.ts';
import { gateFiles } from './gate-files.ts';
import { gateConfig } from './start-gate.ts';

const CONTAINER = plainLocation({ kind: 'docker', name: 'shop-db' });

it('stands before the start of a unit, and says nothing of a container', () => {
  const gate = gateFiles({ kind: 'debian', name: '15/main' });
  expect(gate?.learned).toBeNull();
  expect(gate?.dropIn).toContain(
    'ExecStartPre=+/usr/local/lib/tandem/start-gate /etc/tandem/start-gate/postgresql@15-main.conf\n',
  );
});

it('holds a container before its engine starts it, and releases it afterwards without delaying the engine', () => {
  const gate = gateFiles(CONTAINER);
  expect(gate?.paths.dropIn).toBe('/etc/systemd/system/docker.service.d/tandem-start-gate-shop-db.conf');
  expect(gate?.dropIn).toMatch(/^ExecStartPre=-\+.*container-shop-db\.conf hold$/m);
  expect(gate?.dropIn).toMatch(
    /^ExecStartPost=-\+\/usr\/bin\/systemd-run .*--no-block .*container-shop-db\.conf release$/m,
  );
});

it('names the container in its configuration, so that the partner is asked from inside', () => {
  const spec = {
    pairName: 'shop',
    policy: 'while-attached',
    waitSeconds: 60,
    systemIdentifier: '7300000000000000001',
    slotName: 'tandem_shop',
    partner: { host: '10.0.0.2', port: 5432 },
    replicationRole: 'tandem_replication',
  } as const;
  expect(gateConfig({ ...spec, location: CONTAINER })).toContain('\ncontainer shop-db\n');
  expect(gateConfig({ ...spec, location: plainLocation() })).not.toContain('container');
});

it('cannot stand before a server that nothing starts by itself', () => {
  expect(gateFiles(plainLocation())).toBeNull();
});
