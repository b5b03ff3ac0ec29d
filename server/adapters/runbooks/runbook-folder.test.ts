import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunbookBlock } from '#server/domain/runbook/blocks.ts';
import { keepRunbooks } from './runbook-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tandem-runbooks-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const title = (en: string): RunbookBlock[] => [{ type: 'heading', level: 1, text: { en, de: `${en} (de)` } }];
const shop = (en = 'Shop') => ({ pairId: 'pair-000001', pairName: 'shop', blocks: title(en) });

it('keeps four files for each pair, in two languages', async () => {
  expect(await keepRunbooks(folder, [shop()])).toBe(4);
  expect((await readdir(folder)).sort()).toEqual([
    'shop.de.html',
    'shop.de.md',
    'shop.en.html',
    'shop.en.md',
  ]);
  expect(await readFile(path.join(folder, 'shop.de.md'), 'utf8')).toContain('# Shop (de)');
});

it('writes only what differs', async () => {
  await keepRunbooks(folder, [shop()]);
  const before = await stat(path.join(folder, 'shop.en.md'));
  expect(await keepRunbooks(folder, [shop()])).toBe(0);
  expect((await stat(path.join(folder, 'shop.en.md'))).ino).toBe(before.ino);
  expect(await keepRunbooks(folder, [shop('Other')])).toBe(4);
});

it("removes the files of a pair that is gone, and nobody else's", async () => {
  await writeFile(path.join(folder, 'notes.md'), '# my notes\n');
  await keepRunbooks(folder, [shop()]);
  await keepRunbooks(folder, []);
  expect(await readdir(folder)).toEqual(['notes.md']);
});

it('gives a name that is no file name one that stays inside the folder', async () => {
  await keepRunbooks(folder, [{ ...shop(), pairName: '../Kasse 1' }]);
  const names = await readdir(folder);
  expect(names).toHaveLength(4);
  expect(
    names.every(
      (name) =>
        name.startsWith('_._Kasse_1-000001') || name.startsWith('__Kasse_1-000001') || /^[\w.-]+$/.test(name),
    ),
  ).toBe(true);
});

it('leaves whole files and nothing else when two workers write them at once', async () => {
  await Promise.all([keepRunbooks(folder, [shop('One')]), keepRunbooks(folder, [shop('One')])]);
  expect(await readdir(folder)).toHaveLength(4);
  expect(await keepRunbooks(folder, [shop('One')])).toBe(0);
});
