import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultStateDirectory } from './default-state-directory.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tandem-home-'));
  await mkdir(path.join(folder, 'checkout'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("keeps root's state out of a folder that the database's user may not pass", async () => {
  const checkout = path.join(folder, 'checkout');
  await chmod(folder, 0o700);
  expect(defaultStateDirectory(checkout, 0)).toBe('/var/lib/tandem');
  expect(defaultStateDirectory(checkout, 1000)).toBe(path.join(checkout, '.state'));
  await chmod(folder, 0o755);
  expect(defaultStateDirectory(checkout, 0)).toBe(path.join(checkout, '.state'));
});
