import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const projectRoot = path.resolve(import.meta.dirname, '../..');

/** A small project with our settings and the given files, to prove that a rule sees a violation. */
export function plantProject(files: Record<string, string>): { root: string; remove: () => void } {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tandem-planted-')));
  for (const name of ['tsconfig.json', 'package.json']) {
    copyFileSync(path.join(projectRoot, name), path.join(root, name));
  }
  symlinkSync(path.join(projectRoot, 'node_modules'), path.join(root, 'node_modules'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return { root, remove: () => rmSync(root, { recursive: true }) };
}
