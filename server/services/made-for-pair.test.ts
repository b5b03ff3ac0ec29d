import { expect, it } from 'vitest';
import type { PairFacts } from '#server/ports/pair-facts.ts';
import { ownRolesOf, ownSlotOf } from './made-for-pair.ts';

const role = (name: string, salt = 'c2FsdA==') => ({ name, secretId: `s-${name}`, salt });
const SETUP = {
  slotName: 'tandem_shop',
  roles: {
    replication: role('tandem_replication'),
    rewind: role('tandem_rewind'),
    monitor: role('tandem_monitor'),
  },
};
const ADOPT = { senderName: 'by_hand', slotName: 'db2', monitor: role('tandem_monitor') };
/** A preparation names the monitor that is there already, without a salt. */
const PREPARE = {
  slotName: 'db2',
  roles: {
    replication: role('tandem_replication'),
    rewind: role('tandem_rewind'),
    monitor: role('tandem_monitor', ''),
  },
};

function facts(o: Partial<PairFacts>): PairFacts {
  return {
    slotName: 'tandem_shop',
    replicationRole: 'tandem_replication',
    rewindRole: 'tandem_rewind',
    monitor: { role: 'tandem_monitor', secretId: 's', given: false },
    madeWith: [SETUP],
    ...o,
  } as PairFacts;
}

it('knows all that a set-up made', () => {
  expect(ownRolesOf(facts({}))).toEqual(SETUP.roles);
  expect(ownSlotOf(facts({}))).toBe('tandem_shop');
});

it('knows of an adopted pair its login role only', () => {
  const adopted = facts({ madeWith: [ADOPT], replicationRole: null, rewindRole: null, slotName: 'db2' });
  expect(ownRolesOf(adopted)).toEqual({ replication: null, rewind: null, monitor: ADOPT.monitor });
  expect(ownSlotOf(adopted)).toBeNull();
});

it('keeps hands off a role that a person gave', () => {
  const given = { role: 'tandem_monitor', secretId: 's', given: true };
  expect(ownRolesOf(facts({ monitor: given })).monitor).toBeNull();
});

it('takes the roles of a preparation for ours, and the slot that was there before for somebody else’s', () => {
  const prepared = facts({ madeWith: [PREPARE, ADOPT], slotName: 'db2' });
  expect(ownRolesOf(prepared)).toEqual({ ...PREPARE.roles, monitor: ADOPT.monitor });
  expect(ownSlotOf(prepared)).toBeNull();
  const without = { ...ADOPT, slotName: null };
  expect(ownSlotOf(facts({ madeWith: [PREPARE, without], slotName: 'tandem_shop' }))).toBe('tandem_shop');
});

it('takes nothing for ours of which no operation tells', () => {
  expect(ownRolesOf(facts({ madeWith: [] }))).toEqual({ replication: null, rewind: null, monitor: null });
});
