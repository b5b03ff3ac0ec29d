import { NO_FAULTS, type FaultPoints } from '#server/engine/fault-points.ts';

/**
 * `step:point=kill` (or `=hang`), for tests with a real process: at that instant the worker is
 * killed like by the kernel, or stands still. Unset in every installation.
 */
export function readFaultPoints(text: string | undefined): FaultPoints {
  const match = /^([a-z0-9-]+):([a-z-]+)=(kill|hang)$/.exec(text ?? '');
  if (match === null) return NO_FAULTS;
  const [, step, point, what] = match;
  return {
    hit: (o) => {
      if (o.step !== step || o.point !== point || o.direction !== 'forward') return Promise.resolve();
      if (what === 'kill') process.kill(process.pid, 'SIGKILL');
      return new Promise(() => undefined);
    },
  };
}
