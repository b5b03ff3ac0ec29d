import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunbookBlock, RunbookLanguage } from '#server/domain/runbook/blocks.ts';
import { runbookHtml, runbookMarkdown } from '#server/domain/runbook/render-runbook.ts';

const LANGUAGES: readonly RunbookLanguage[] = ['en', 'de'];
const FORMATS = { md: runbookMarkdown, html: runbookHtml } as const;
/** First line of our files: only they are ever removed. */
const MARK = /^<!-- Tandem runbook (\S+) -->\n/;

export interface StoredRunbook {
  pairId: string;
  pairName: string;
  blocks: readonly RunbookBlock[];
}

/** Makes a folder hold exactly these runbooks, four files each; writes only what differs. Answers how many. */
export async function keepRunbooks(folder: string, runbooks: readonly StoredRunbook[]): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const wanted = new Map(runbooks.flatMap(filesOf));
  let changed = 0;
  for (const name of await readdir(folder)) {
    if (wanted.has(name) || !/\.(md|html)$/.test(name)) continue;
    const content = await readFile(path.join(folder, name), 'utf8');
    if (!MARK.test(content)) continue;
    await rm(path.join(folder, name));
    changed += 1;
  }
  for (const [name, content] of wanted) {
    const file = path.join(folder, name);
    if ((await readFile(file, 'utf8').catch(() => null)) === content) continue;
    await writeWhole(file, content);
    changed += 1;
  }
  return changed;
}

/** Whole or not at all: it may be read in the hour in which this machine dies, and two workers may write it. */
async function writeWhole(file: string, content: string): Promise<void> {
  const fresh = `${file}.${randomUUID()}.new`;
  try {
    await writeFile(fresh, content, { mode: 0o640, flush: true });
    await rename(fresh, file);
  } catch (thrown) {
    await rm(fresh, { force: true });
    throw thrown;
  }
}

function filesOf({ pairId, pairName, blocks }: StoredRunbook): [string, string][] {
  const safe = pairName.replaceAll(/[^A-Za-z0-9._-]+/g, '_').replace(/^\.+/, '_');
  // Two names may look alike in a file system.
  const base = safe === pairName ? safe : `${safe}-${pairId.slice(-6)}`;
  return LANGUAGES.flatMap((language) =>
    Object.entries(FORMATS).map(([extension, render]): [string, string] => [
      `${base}.${language}.${extension}`,
      `<!-- Tandem runbook ${pairId} -->\n${render(blocks, language)}`,
    ]),
  );
}
