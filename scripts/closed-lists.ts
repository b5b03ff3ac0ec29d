/** A column whose schema comment lists its only values: `/// primary | standby`. */
export interface ClosedList {
  table: string;
  column: string;
  values: string[];
}

const LIST = /^\s*\/\/\/ (?:[^|:]*: )?((?:[\w-]+ \| )+[\w-]+)\.?\s*$/;
const FIELD = /^\s+(\w+)\s+(String|Int)\b/;

/** Every closed list of a Prisma schema; the schema language itself cannot express them for strings. */
export function readClosedLists(schema: string): ClosedList[] {
  return [...schema.matchAll(/^model \w+ \{\n([\s\S]*?)^\}/gm)].flatMap(([, body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? '';
    const lines = body.split('\n');
    return lines.flatMap((line, index) => {
      const values = LIST.exec(line)?.[1]?.split(' | ');
      const column = FIELD.exec(lines[index + 1] ?? '')?.[1];
      return values && column ? [{ table, column, values }] : [];
    });
  });
}

/** SQL that brings the constraints of `have` to those of `want`. */
export function renderConstraints(have: ClosedList[], want: ClosedList[]): string {
  const statements = want.flatMap((list) => {
    const before = have.find((other) => other.table === list.table && other.column === list.column);
    if (before && before.values.join() === list.values.join()) return [];
    const name = `"${list.table}_${list.column}_closed"`;
    const values = list.values.map((value) => (/^\d+$/.test(value) ? value : `'${value}'`)).join(', ');
    return [
      ...(before ? [`ALTER TABLE "${list.table}" DROP CONSTRAINT ${name};`] : []),
      `ALTER TABLE "${list.table}" ADD CONSTRAINT ${name} CHECK ("${list.column}" IN (${values}));`,
    ];
  });
  return statements.length === 0 ? '' : `-- Closed lists\n${statements.join('\n')}\n`;
}
