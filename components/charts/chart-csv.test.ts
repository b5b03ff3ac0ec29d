import { expect, it } from 'vitest';
import { chartCsv } from './chart-csv.ts';

it('gives every sample a line, with a hole left empty and labels quoted where they must be', () => {
  const data = {
    timesMs: [0, 1_000],
    series: [
      { label: 'Distance, "received"', values: [1.5, null] },
      { label: 'Rate', values: [0, 2] },
    ],
  };
  expect(chartCsv(data, 'Time')).toBe(
    'Time,"Distance, ""received""",Rate\r\n1970-01-01T00:00:00.000Z,1.5,0\r\n1970-01-01T00:00:01.000Z,,2\r\n',
  );
});
