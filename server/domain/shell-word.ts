/** Text as one word of a line that a person types or runs as a script. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const SAFE = /^[\w@%+=:,./-]+$/;

/** As `shellWord`, and as it is where no shell would misread it: lines that people read. */
export function readableWord(text: string): string {
  return SAFE.test(text) ? text : shellWord(text);
}
