import { expect, it } from 'vitest';
import type { LiveMessage } from '#server/ports/live-feed.ts';
import { MessageAssembler, splitMessage } from './message-parts.ts';

const notice = (id: string): LiveMessage => ({ type: 'notice', notice: { kind: 'pair', id } });

it('keeps each payload below the limit of NOTIFY', () => {
  for (const length of [1, 7_400, 7_500, 8_000, 100_000]) {
    const payloads = splitMessage(notice('ü'.repeat(length)), '0mabcdefghijklmnopqrstuvw');
    for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
  }
});

it('puts a large message together whatever the order of its parts', () => {
  const message = notice('ü'.repeat(50_000));
  const assembler = new MessageAssembler();
  const answers = splitMessage(message, 'k')
    .reverse()
    .map((payload) => assembler.accept(payload));
  expect(answers.slice(0, -1).every((answer) => answer === null)).toBe(true);
  expect(answers.at(-1)).toEqual(message);
});

it('survives a message of which a part never comes', () => {
  const assembler = new MessageAssembler();
  for (let i = 0; i < 100; i++)
    assembler.accept(splitMessage(notice('x'.repeat(20_000)), `lost${i}`)[0] ?? '');
  expect(assembler.accept(JSON.stringify(notice('here')))).toEqual(notice('here'));
});
