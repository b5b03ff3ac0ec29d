/**
 * The weak rung of a fence: a marked block at the very top of pg_hba.conf that rejects connections over
 * the network. The first matching rule wins, so rules for the host itself are repeated above the reject:
 * Tandem's own sessions come that way. Replication is not "all" to pg_hba.conf and stays as it is.
 */
const BEGIN = '# BEGIN Tandem fence: another node is the primary, applications are rejected';
const END = '# END Tandem fence';
const HOST_RULE = /^\s*host(ssl|nossl|gssenc|nogssenc)?\s/;
const FROM_ITSELF = /\s(127\.0\.0\.1\/32|::1\/128|localhost|samehost)\s/;

export function hasHbaFence(content: string): boolean {
  return content.startsWith(`${BEGIN}\n`) && content.includes(`\n${END}\n`);
}

/** The file with the block; one that has it comes back as it is. */
export function withHbaFence(content: string): string {
  if (hasHbaFence(content)) return content;
  const own = content.split('\n').filter((line) => HOST_RULE.test(line) && FROM_ITSELF.test(line));
  return [BEGIN, ...own, 'host all all all reject', END, content].join('\n');
}

/** The file as it was before; one without the block comes back as it is. */
export function withoutHbaFence(content: string): string {
  if (!hasHbaFence(content)) return content;
  return content.slice(content.indexOf(`\n${END}\n`) + END.length + 2);
}
