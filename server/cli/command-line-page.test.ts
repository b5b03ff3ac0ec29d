import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { PairView } from '#server/services/services.ts';
import { commandTable } from './command-table.ts';
import { EXIT } from './exit-codes.ts';
import { assessmentJson } from './shapes/assessment-json.ts';
import { operationJson } from './shapes/operation-json.ts';
import { pairJson } from './shapes/pair-json.ts';
import { planJson } from './shapes/plan-json.ts';
import { serverJson } from './shapes/server-json.ts';
import { operationView, pairView, planOf } from './testing/fake-api.ts';

const page = await readFile('docs/command-line.md', 'utf8');
const TABLE = commandTable({}, () => new URL('http://127.0.0.1:7600'));

/** The part of the page that begins with a bold word. */
function document(name: string): string {
  const found = new RegExp(`\\*\\*${name}\\*\\*[^]*?(?=\\n\\n|\\*\\*[A-Z])`).exec(page)?.[0];
  return found ?? expect.fail(`the page has no document ${name}`);
}

describe('docs/command-line.md', () => {
  it.each(TABLE.map((row) => row.words))('explains %s', (words) => {
    expect(page).toMatch(new RegExp(`\`${words}[ \`]`));
  });

  it.each(Object.values(EXIT))('explains the exit status %i', (code) => {
    expect(page).toMatch(new RegExp(`^\\| ${code} \\| `, 'm'));
  });

  it('explains no exit status that there is not', () => {
    const codes = [...page.matchAll(/^\| (\d+) \| /gm)].map((match) => Number(match[1]));
    expect(codes).toEqual(Object.values(EXIT));
  });

  it.each([
    ['Pair', pairJson(pairView('shop'), 0)],
    ['Pair', pairJson(pairView('shop'), 0).primary],
    ['Run', operationJson(operationView('succeeded'))],
    ['Plan', planJson(planOf('switchover'))],
    ['Server', serverJson({ checks: {}, pairNames: [] } as never)],
    ['Assessment', assessmentJson(anAssessment())],
  ])('names every field of the document %s', (name, fields) => {
    const words = new Set(document(name).match(/\w+/g));
    expect(Object.keys(fields).filter((field) => !words.has(field))).toEqual([]);
  });
});

function anAssessment(): Parameters<typeof assessmentJson>[0] {
  const nothing = { refusal: null, plan: null, outage: null, loss: null, diagnosis: null, chosenWay: null };
  const lists = { gates: [], ways: [], warnings: [] };
  const confirmation = { word: null, ticks: [], reasonRequired: false };
  const pair: PairView = pairView('shop');
  return {
    ...nothing,
    ...lists,
    confirmation,
    id: 'a1',
    pairId: pair.id,
    kind: 'switchover',
    epoch: 1,
    takenAtMs: 0,
    oldPrimary: 'db1',
    newPrimary: 'db2',
    readiness: 'ready',
    runningOperationId: null,
  };
}
