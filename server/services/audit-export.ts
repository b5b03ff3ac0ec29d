import type { StoredAuditEntry } from '#server/ports/audit-log.ts';

export const EXPORT_FORMATS = ['csv', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = [
  'id',
  'at',
  'actor',
  'action',
  'target',
  'pairId',
  'requestId',
  'address',
  'details',
  'previousHash',
  'canonical',
  'hash',
] as const;

/** The entries as text, piece by piece: CSV with a heading (RFC 4180), or one JSON array. */
export async function* exportAudit(
  entries: AsyncIterable<StoredAuditEntry>,
  format: ExportFormat,
): AsyncGenerator<string, void> {
  if (format === 'csv') yield `${COLUMNS.join(',')}\r\n`;
  let first = true;
  for await (const entry of entries) {
    const { atMs, ...rest } = entry;
    const row = { ...rest, at: new Date(atMs).toISOString() };
    if (format === 'csv') yield `${COLUMNS.map((name) => csvCell(row[name])).join(',')}\r\n`;
    else yield `${first ? '[\n' : ',\n'}${JSON.stringify(row)}`;
    first = false;
  }
  if (format === 'json') yield first ? '[]\n' : '\n]\n';
}

/** Quoted where needed; what a spreadsheet would run as a formula is made text by an apostrophe. */
function csvCell(value: unknown): string {
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
