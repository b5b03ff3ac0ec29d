import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Minutes each: one that begins last keeps everybody waiting. A fresh checkout knows no times of its own. */
const LONG = ['switchover-chaos', 'hooks', 'setup-killed-worker', 'switchover-pgbouncer'];

const placeOf = (file: TestSpecification): number => {
  const place = LONG.findIndex((name) => file.moduleId.endsWith(`/${name}.test.ts`));
  return place === -1 ? LONG.length : place;
};

/** The long files in the order of their names above, then all others as vitest sorts them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
