import { describe, expect, it } from 'vitest';
import { AppError } from '#server/errors/app-error.ts';
import type { ChangeHook, HookEvent, HttpCall, ShellCall } from './change-hook.ts';
import { requireFits, requireHook } from './check-hook.ts';
import { hookBody } from './hook-body.ts';

const shell: ShellCall = {
  kind: 'shell',
  serverId: 's1',
  runAs: null,
  mode: 'command',
  line: '/usr/bin/systemctl stop shop',
  check: '/usr/bin/systemctl status shop',
};
const http: HttpCall = {
  kind: 'http',
  method: 'POST',
  url: 'https://deploy.example.com/hooks/shop',
  headers: [{ name: 'X-Team', value: 'shop' }],
  tokenSecretId: null,
  body: '{"text": "{{pair}} moved to {{newPrimary}}"}',
  checkUrl: null,
};
const hook = (change: Partial<ChangeHook>): ChangeHook => ({
  id: 'h1',
  name: 'Stop the shop',
  moment: 'stop-application',
  timeoutSeconds: 30,
  veto: true,
  repeatable: false,
  call: shell,
  ...change,
});

const refusal = (work: () => void): unknown => {
  try {
    work();
    return null;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return thrown.hint === undefined ? 'no hint' : [thrown.code, thrown.data['field']];
  }
};

const EVENT: HookEvent = {
  event: 'redirect',
  pair: 'sho"p',
  oldPrimary: 'db1',
  newPrimary: 'db2\n',
  oldPrimaryAddress: '10.0.0.1:5432',
  newPrimaryAddress: '10.0.0.2:5432',
};

describe('a hook', () => {
  it('may be a command, a script or a request', () => {
    expect(refusal(() => requireHook(hook({})))).toBeNull();
    expect(
      refusal(() => requireHook(hook({ call: { ...shell, mode: 'script', line: 'a | b; c\nd' } }))),
    ).toBeNull();
    expect(refusal(() => requireHook(hook({ call: http })))).toBeNull();
  });

  it.each([
    ['name', hook({ name: ' ' })],
    ['name', hook({ name: 'two\nlines' })],
    ['timeoutSeconds', hook({ timeoutSeconds: 0 })],
    ['timeoutSeconds', hook({ timeoutSeconds: 601 })],
    ['timeoutSeconds', hook({ timeoutSeconds: 1.5 })],
    ['serverId', hook({ call: { ...shell, serverId: '' } })],
    ['runAs', hook({ call: { ...shell, runAs: 'root; reboot' } })],
    ['line', hook({ call: { ...shell, line: 'stop | tee log' } })],
    ['line', hook({ call: { ...shell, mode: 'script', line: '' } })],
    ['check', hook({ call: { ...shell, check: 'a; b' } })],
    ['url', hook({ call: { ...http, url: 'ftp://example.com' } })],
    ['url', hook({ call: { ...http, url: 'https://me:secret@example.com' } })],
    ['checkUrl', hook({ call: { ...http, checkUrl: 'nowhere' } })],
    ['headers', hook({ call: { ...http, headers: [{ name: 'Authorization', value: 'Bearer x' }] } })],
    ['headers', hook({ call: { ...http, headers: [{ name: 'X', value: 'a\r\nHost: b' }] } })],
    ['body', hook({ call: { ...http, body: '{"a": {{pair}}}' } })],
    ['body', hook({ call: { ...http, body: '{"a": "{{nobody}}"}' } })],
    ['body', hook({ call: { ...http, method: 'GET' } })],
  ])('is refused with the name of the field: %s', (field, wrong) => {
    expect(refusal(() => requireHook(wrong))).toEqual(['INVALID_INPUT', field]);
  });

  it('is refused when its name is taken, and as the sixth of a moment', () => {
    expect(refusal(() => requireFits(hook({}), [hook({ id: 'h2' })]))).toEqual(['INVALID_INPUT', 'name']);
    const five = ['a', 'b', 'c', 'd', 'e'].map((name) => hook({ id: name, name }));
    expect(refusal(() => requireFits(hook({}), five))).toEqual(['INVALID_INPUT', 'moment']);
    expect(refusal(() => requireFits(hook({ moment: 'redirect' }), five))).toBeNull();
  });

  it('sends values that cannot leave their strings', () => {
    expect(JSON.parse(hookBody('{"a": "{{ pair }} to {{newPrimary}}"}', EVENT))).toEqual({
      a: 'sho"p to db2\n',
    });
    expect(JSON.parse(hookBody(null, EVENT))).toEqual(EVENT);
  });
});
