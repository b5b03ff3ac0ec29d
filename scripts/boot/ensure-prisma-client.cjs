'use strict';
const fs = require('node:fs');
const path = require('node:path');
const {
  hashOf,
  projectEnvironment,
  projectNode,
  readIfPresent,
  root,
  run,
  writeFile,
} = require('./project.cjs');

const generated = path.join(root, 'server/adapters/store/generated');
const stampFile = path.join(generated, '.schema-hash');
const prismaCli = path.join(root, 'node_modules/prisma/build/index.js');

/** Makes sure that the generated client belongs to prisma/schema.prisma. */
function ensurePrismaClient() {
  const wanted = hashOf(
    fs.readFileSync(path.join(root, 'prisma/schema.prisma'), 'utf8'),
    fs.readFileSync(path.join(root, 'node_modules/prisma/package.json'), 'utf8'),
  );
  if (fs.existsSync(path.join(generated, 'client.ts')) && readIfPresent(stampFile) === wanted) return;
  // `generate` works in WASM; but the CLI first wants a schema engine binary and would download it
  // unless it is told of an existing file.
  const env = projectEnvironment({
    PRISMA_SCHEMA_ENGINE_BINARY: projectNode(),
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  });
  run(projectNode(), [prismaCli, 'generate'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFile(stampFile, wanted);
}

module.exports = { ensurePrismaClient };
