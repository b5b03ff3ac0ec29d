import { expect, it } from 'vitest';
import { isWizardStep, stepAsking, stepsOf } from './wizard-steps.ts';

it('ends every set-up with the review', () => {
  expect(stepsOf('new-standby').at(-1)).toBe('review');
  expect(stepsOf('adopt').at(-1)).toBe('review');
});

it('leads back to the page that asks for what is missing', () => {
  expect(stepAsking('standbyServerId')).toBe('servers');
  expect(stepAsking('mode')).toBe('safety');
  expect(stepAsking('startGate')).toBe('gate');
  expect(stepAsking('name')).toBe('name');
});

it.each(['new-standby', 'adopt'] as const)('asks about the start gate when a pair is made (%s)', (kind) => {
  expect(stepsOf(kind)).toContain('gate');
});

it('knows its own pages only', () => {
  expect(isWizardStep('review')).toBe(true);
  expect(isWizardStep('constructor')).toBe(false);
});
