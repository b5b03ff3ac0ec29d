import { classNames } from './class-names.ts';

/** A place that will be filled; has the size of what comes. Decoration: say "loading" once elsewhere. */
export function Skeleton({ className }: { className: string }) {
  return (
    <div aria-hidden className={classNames('animate-appear rounded-md bg-line/70 opacity-0', className)} />
  );
}
