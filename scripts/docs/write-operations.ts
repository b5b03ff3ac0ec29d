import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { operationPages } from './operation-pages.ts';

/** `npm run docs`: writes docs/operations from the operations themselves. */
const folder = path.resolve(import.meta.dirname, '../../docs/operations');
for (const [file, text] of operationPages()) writeFileSync(path.join(folder, file), text);
