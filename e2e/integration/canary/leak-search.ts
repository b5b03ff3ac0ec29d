import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { formsOf, type SecretForm } from './secret-forms.ts';

export interface Leak {
  secret: string;
  form: SecretForm['form'];
  /** File, table, address or process in which it was found. */
  place: string;
}

/** Looks for secrets in everything it is shown, in every form, and remembers where it found one. */
export class LeakSearch {
  readonly leaks: Leak[] = [];
  /** How much was looked at, so that a search of nothing is noticed. */
  bytesSearched = 0;
  readonly #forms: SecretForm[];

  constructor(secrets: Record<string, string>) {
    this.#forms = Object.entries(secrets).flatMap(([name, value]) => formsOf(name, value));
  }

  search(place: string, content: Buffer | string): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    this.bytesSearched += bytes.length;
    for (const { secret, form, bytes: wanted } of this.#forms) {
      if (bytes.includes(wanted)) this.#report({ secret, form, place });
    }
  }

  /** Every file below `folder`, except those for which `skip` holds. */
  searchFolder(folder: string, skip: (file: string) => boolean = () => false): void {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const file = path.join(folder, name);
      if (!skip(file) && statSync(file, { throwIfNoEntry: false })?.isFile())
        this.search(file, readFileSync(file));
    }
  }

  /**
   * Every value of every table of every schema, as text; bytea shows as hex. Value by value: the text
   * of a whole row doubles quotes and backslashes, and would hide a secret that holds one.
   */
  async searchDatabase(databaseUrl: string): Promise<void> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      const tables = await client.query<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables
         where schemaname not in ('pg_catalog', 'information_schema')`,
      );
      for (const { name } of tables.rows) {
        const { rows } = await client.query<{ value: string | null }>(
          `select v.value from ${name} t, lateral jsonb_each_text(to_jsonb(t)) v`,
        );
        this.search(`table ${name}`, rows.map(({ value }) => value ?? '').join('\n'));
      }
    } finally {
      await client.end();
    }
  }

  #report(leak: Leak): void {
    const known = this.leaks.some((other) => other.place === leak.place && other.secret === leak.secret);
    if (!known) this.leaks.push(leak);
  }
}
