import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';

export interface OpenSchemaEngine {
  engine: engineModule.SchemaEngine;
  close(): Promise<void>;
}

/** The module's glue as it is at run time; its types leave these two out. */
type Glue = typeof engineModule & { __wbg_set_wasm(exports: WebAssembly.Exports): void };

let loaded: Promise<void> | undefined;

/**
 * Prisma's own schema engine in WASM: it writes `_prisma_migrations` exactly as `prisma migrate`
 * does, without a binary that would have to be downloaded.
 */
export async function openSchemaEngine(databaseUrl: string, datamodel: string): Promise<OpenSchemaEngine> {
  loaded ??= loadWasm();
  await loaded;
  const pool = new pg.Pool({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool));
  const log = () => undefined;
  const engine = await engineModule.SchemaEngine.new(
    { datamodels: [['schema.prisma', datamodel]] },
    log,
    adapter,
  );
  return {
    engine,
    close: async () => {
      engine.free();
      await pool.end();
    },
  };
}

/**
 * The adapter cuts a script at every semicolon, also inside a function's body. PostgreSQL's simple
 * protocol takes a whole script, as one transaction: a migration that fails leaves nothing behind.
 */
class WholeScripts extends PrismaPg {
  override async connect() {
    const connection = await super.connect();
    connection.executeScript = async (script) => {
      await connection.underlyingDriver().query(script);
    };
    return connection;
  }
}

async function loadWasm(): Promise<void> {
  const file = fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
  const wasm = await WebAssembly.compile(await readFile(file.replace(/\.js$/, '.wasm')));
  const glue = engineModule as unknown as Glue;
  const imports = { './schema_engine_bg.js': engineModule as unknown as WebAssembly.ModuleImports };
  const instance = await WebAssembly.instantiate(wasm, imports);
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
}
