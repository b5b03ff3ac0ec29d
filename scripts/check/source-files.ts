import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Folders with source of ours; scripts/check/checks.ts hands the same list to every tool. */
export const SOURCE_FOLDERS = ['app', 'bench', 'components', 'e2e', 'prisma', 'scripts', 'server'];

const IGNORED = new Set(['generated', 'node_modules']);

/** Every source file below the folders of `root`, relative to it, sorted. */
export function findSourceFiles(root: string, folders: readonly string[] = SOURCE_FOLDERS): string[] {
  return folders.flatMap((folder) => filesBelow(root, folder)).sort();
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : filesBelow(root, name);
    return /\.(ts|tsx|cjs|js)$/.test(entry.name) ? [name] : [];
  });
}
