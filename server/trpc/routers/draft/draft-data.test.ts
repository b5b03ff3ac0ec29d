import { expect, it } from 'vitest';
import { draftDataSchema } from './draft-data.types.ts';

const ADOPT = {
  kind: 'adopt',
  primaryServerId: null,
  primaryDataDirectory: null,
  standbyServerId: null,
  standbyDataDirectory: null,
  name: null,
  environment: 'production',
  givenRole: null,
  givenRoleSecretId: null,
};

it('takes answers of a client that knows no start gate as none', () => {
  expect(draftDataSchema.parse(ADOPT)).toEqual({ ...ADOPT, startGate: 'none' });
});

it('refuses a start gate that nobody knows', () => {
  expect(draftDataSchema.safeParse({ ...ADOPT, startGate: 'remove' }).success).toBe(false);
});
