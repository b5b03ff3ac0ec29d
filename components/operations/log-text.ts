import type { OperationLogLine } from '#server/domain/operation-view.ts';

/** Minutes, seconds and tenths since the run began: `+02:05.3`. */
export function logTime(atMs: number, startMs: number): string {
  const tenths = Math.max(0, Math.floor((atMs - startMs) / 100));
  const pad = (value: number) => String(value).padStart(2, '0');
  return `+${pad(Math.floor(tenths / 600))}:${pad(Math.floor(tenths / 10) % 60)}.${tenths % 10}`;
}

/** The log as a text file: absolute and relative time, step, stream, text. */
export function logAsText(lines: readonly OperationLogLine[], startMs: number): string {
  return lines
    .map(
      (line) =>
        `${new Date(line.atMs).toISOString()} ${logTime(line.atMs, startMs)} ${line.stepName} ${line.stream} ${line.text}`,
    )
    .join('\n');
}
