import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationPages } from './operation-pages.ts';

const folder = path.resolve(import.meta.dirname, '../../docs/operations');

describe('docs/operations', () => {
  it.each([...operationPages()])('says of %s what its steps say (npm run docs writes it)', (file, text) => {
    expect(readFileSync(path.join(folder, file), 'utf8')).toBe(text);
  });

  it('has a page for every operation that changes a server, and no other', () => {
    expect(readdirSync(folder).sort()).toEqual([...operationPages().keys()].sort());
  });
});
