import { createHash } from 'node:crypto';
import { AppError } from '#server/errors/app-error.ts';
import type { ComposeEdit, ComposeReading } from '#server/ports/compose-host.ts';
import type { HostFile } from '#server/ports/container-host.ts';
import { looksSecret } from '#server/domain/looks-secret.ts';
import { cannot, commandIn, serviceIn, unescaped, variablesIn } from './read-service.ts';
import { takeFlagsOff } from './take-flags-off.ts';

const sha256 = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

/** What a file says of one service; never throws for what a person wrote. */
export function readCompose(content: Buffer, service: string): ComposeReading {
  const blank: ComposeReading = { sha256: sha256(content), command: null, cannot: null, variables: [] };
  try {
    const source = textOf(content);
    const node = serviceIn(source, service);
    const variables = variablesIn(source, node);
    const { words, from, to } = commandIn(source, node);
    if (/\$\{?[A-Za-z_]/.test(source.slice(from, to).replaceAll('$$', '')))
      throw cannot('its command takes a variable');
    return { ...blank, variables, command: words.map((word) => unescaped(word.text)) };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return { ...blank, cannot: thrown.message };
  }
}

/** The file without these settings, as text and as a person sees it. */
export function editCompose(
  { content, mode }: Pick<HostFile, 'content' | 'mode'>,
  service: string,
  names: readonly string[],
): ComposeEdit & { after: string } {
  const source = textOf(content);
  const after = takeFlagsOff(source, service, names);
  return {
    after,
    beforeSha256: sha256(content),
    afterSha256: sha256(after),
    mode: mode.toString(8).padStart(4, '0'),
    shown: { before: shownCommand(source, service), after: shownCommand(after, service) },
  };
}

/** Only the lines of the command: the rest of the file may hold passwords. */
function shownCommand(source: string, service: string): string {
  const { from, to } = commandIn(source, serviceIn(source, service));
  const start = source.lastIndexOf('\n', from) + 1;
  const end = source.indexOf('\n', to - 1);
  const lines = source.slice(start, end < 0 ? source.length : end).split('\n');
  return `${lines.map((line) => (looksSecret(line) ? line.replace(/\S.*/, '••••') : line)).join('\n')}\n`;
}

function textOf(content: Buffer): string {
  const text = content.toString();
  if (Buffer.from(text).equals(content)) return text;
  throw cannot('it is not written in UTF-8');
}
