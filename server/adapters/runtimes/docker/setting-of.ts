/** A setting of the command line: `-c name=value` or `--name=value`; the last one counts. */
export function settingOf(args: readonly string[], name: string): string | null {
  const found = args.map((arg) => /^(?:--)?([a-z_-]+)=(.*)$/.exec(arg)).filter((m) => m !== null);
  return found.findLast((m) => m[1]?.replaceAll('-', '_') === name)?.[2] ?? null;
}
