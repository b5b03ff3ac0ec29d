import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configSchema, readConfig } from './config.ts';

const key = Buffer.alloc(32, 1).toString('base64');

it('listens on this machine only unless told otherwise', () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    host: '127.0.0.1',
    loopback: true,
    setupTokenRequired: false,
    secureCookies: true,
  });
  expect(config.allowedOrigins).toContain('http://localhost:7600');
});

it.each([
  ['TANDEM_PORT', 'seven'],
  ['TANDEM_PORT', '70000'],
  ['TANDEM_URL', 'tandem.example.org'],
  ['DATABASE_URL', 'mysql://localhost/tandem'],
  ['TANDEM_MASTER_KEY', 'secret'],
  ['TANDEM_SETUP_TOKEN', 'short'],
  ['TANDEM_LOG_LEVEL', 'loud'],
  ['TANDEM_ALLOW_INSECURE_HTTP', 'yes'],
])('names %s when it is %s, and never shows a value that may be secret', (name, value) => {
  const read = () => readConfig({ [name]: value });
  expect(read).toThrow(name);
  if (name === 'TANDEM_MASTER_KEY') expect(read).not.toThrow(value);
});

it('takes an empty variable as one that is not set', () => {
  expect(readConfig({ TANDEM_URL: '', DATABASE_URL: '', TANDEM_PORT: '' })).toMatchObject({ port: 7600 });
});

it('refuses plain http to other machines unless the risk is accepted', () => {
  const url = { TANDEM_URL: 'http://tandem.example.org' };
  expect(() => readConfig(url)).toThrow('clear text');
  expect(readConfig({ ...url, TANDEM_ALLOW_INSECURE_HTTP: '1' })).toMatchObject({
    insecure: true,
    secureCookies: false,
  });
});

it('asks for the setup token as soon as other machines can reach the console', () => {
  const beyondProxy = { TANDEM_URL: 'https://tandem.example.org' };
  const listening = { TANDEM_HOST: '0.0.0.0', TANDEM_URL: 'http://localhost:7600' };
  for (const environment of [beyondProxy, listening]) {
    expect(readConfig(environment).setupTokenRequired).toBe(true);
  }
});

it('accepts changes only from its own address', () => {
  expect(readConfig({ TANDEM_URL: 'https://tandem.example.org/' }).allowedOrigins).toEqual([
    'https://tandem.example.org',
  ]);
});

it('takes a master key in base64 or hex', () => {
  for (const text of [key, Buffer.alloc(32, 1).toString('hex')]) {
    expect(readConfig({ TANDEM_MASTER_KEY: text }).masterKey).toBe(text);
  }
});

it('has every variable in .env.example with the default that holds', () => {
  const lines = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split('\n');
  const pairs = lines.filter((line) => /^[A-Z_]+=/.test(line)).map((line) => line.split('='));
  const example = Object.fromEntries(pairs) as Record<string, string>;
  expect(Object.keys(example).sort()).toEqual(Object.keys(configSchema.shape).sort());
  expect(readConfig(example)).toEqual(readConfig({}));
});
