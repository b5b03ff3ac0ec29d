import { wordsOf, withoutFlags } from '#server/domain/command-flags.ts';
import {
  allButCommand,
  cannot,
  commandIn,
  serviceIn,
  unescaped,
  type CommandInFile,
} from './read-service.ts';

/** What every image of PostgreSQL runs without a command. */
const LEFT_OVER = 'postgres';

/**
 * A Compose file without some settings of one service's command. Every other byte stays: the text is changed,
 * not written anew. Throws INVALID_INPUT, saying why, where that cannot be done.
 */
export function takeFlagsOff(source: string, service: string, names: readonly string[]): string {
  const command = commandIn(source, serviceIn(source, service));
  const args = command.words.map((word) => word.text);
  const gone = wordsOf(args.map(unescaped), names);
  if (gone.size === 0) return source;
  const keep = gone.size === args.length ? new Map([[0, LEFT_OVER]]) : new Map<number, string>();
  const after = CHANGES[command.form](source, command, gone, keep);
  const wanted = withoutFlags(args.map(unescaped), names);
  const made = commandIn(after, serviceIn(after, service)).words.map((word) => unescaped(word.text));
  if (JSON.stringify(made) !== JSON.stringify(wanted))
    throw cannot('its command is written in a way of its own');
  if (allButCommand(after, service) !== allButCommand(source, service))
    throw cannot('more than the command would change');
  return after;
}

type Change = (
  source: string,
  command: CommandInFile,
  gone: ReadonlySet<number>,
  keep: ReadonlyMap<number, string>,
) => string;

const CHANGES: Readonly<Record<CommandInFile['form'], Change>> = {
  text: changeText,
  'block-list': changeBlock,
  'flow-list': changeFlow,
};

/** Line by line: one whose words all go goes itself. */
function changeText(
  source: string,
  { words, inner }: CommandInFile,
  gone: ReadonlySet<number>,
  keep: ReadonlyMap<number, string>,
): string {
  const startsLine = source.slice(0, inner.from).endsWith('\n');
  let at = inner.from;
  const lines: string[] = [];
  for (const [n, line] of source.slice(inner.from, inner.to).split('\n').entries()) {
    const [from, to] = [at, at + line.length];
    at = to + 1;
    const here = [...words.entries()].filter(([, word]) => word.from >= from && word.from < to);
    const goes = here.filter(([k]) => gone.has(k));
    if (goes.some(([, word]) => word.to > to)) throw cannot('a word of its command goes over two lines');
    if (goes.length === 0) lines.push(line);
    else {
      const kept = here.filter(([k]) => !gone.has(k) || keep.has(k));
      // The first line of a text that is no block shares its line with the key.
      if (kept.length === 0 && (startsLine || n > 0)) continue;
      const indent = here[0] === undefined ? '' : source.slice(from, here[0][1].from);
      lines.push(indent + kept.map(([k, w]) => keep.get(k) ?? source.slice(w.from, w.to)).join(' '));
    }
  }
  return source.slice(0, inner.from) + lines.join('\n') + source.slice(inner.to);
}

/** Each item has lines of its own; a comment behind it goes with it. */
function changeBlock(
  source: string,
  { words }: CommandInFile,
  gone: ReadonlySet<number>,
  keep: ReadonlyMap<number, string>,
): string {
  let text = source;
  for (const [n, word] of [...words.entries()].reverse()) {
    if (!gone.has(n)) continue;
    const left = keep.get(n);
    if (left !== undefined) {
      text = text.slice(0, word.from) + left + text.slice(word.to);
      continue;
    }
    const from = source.lastIndexOf('\n', word.from) + 1;
    const end = source.indexOf('\n', word.to - 1);
    const to = end < 0 ? source.length : end + 1;
    if (!/^\s*-\s+$/.test(source.slice(from, word.from)))
      throw cannot('an item of its command shares its line');
    text = text.slice(0, from) + text.slice(to);
  }
  return text;
}

/** From an item to the next one, or from the end of the one before where it is the last. */
function changeFlow(
  source: string,
  { words }: CommandInFile,
  gone: ReadonlySet<number>,
  keep: ReadonlyMap<number, string>,
): string {
  const stays = words.flatMap((word, n) =>
    gone.has(n) && !keep.has(n) ? [] : [{ ...word, text: keep.get(n) ?? source.slice(word.from, word.to) }],
  );
  const [first, last] = [words[0], words.at(-1)];
  if (first === undefined || last === undefined) return source;
  // Where items stand one a line, what is between two of them is kept with the second.
  let text = '';
  let before = first.from;
  for (const [n, word] of words.entries()) {
    const stay = stays.find((s) => s.from === word.from);
    const between = n === 0 ? '' : source.slice(before, word.from);
    before = word.to;
    if (stay === undefined) continue;
    text += (text === '' ? '' : between) + stay.text;
  }
  return source.slice(0, first.from) + text + source.slice(last.to);
}
