import type { LiveMessage } from '#server/ports/live-feed.ts';

/** NOTIFY takes payloads below 8,000 bytes; the rest is room for the head. */
const PART_BYTES = 7_500;
const HEAD = /^(\S+) (\d+) (\d+) /;
/** Messages of which a part went missing are forgotten when this many newer ones have begun. */
const OPEN_MESSAGES = 16;

/** A message as payloads: `key part parts base64`, or plain JSON when it fits into one. */
export function splitMessage(message: LiveMessage, key: string): string[] {
  const json = JSON.stringify(message);
  if (Buffer.byteLength(json) <= PART_BYTES) return [json];
  const text = Buffer.from(json).toString('base64');
  const count = Math.ceil(text.length / PART_BYTES);
  return Array.from(
    { length: count },
    (_, part) => `${key} ${part} ${count} ${text.slice(part * PART_BYTES, (part + 1) * PART_BYTES)}`,
  );
}

/** Puts payloads together again, in whatever order they come. */
export class MessageAssembler {
  readonly #open = new Map<string, (string | undefined)[]>();

  /** The message that this payload completes; null = more to come. */
  accept(payload: string): LiveMessage | null {
    const head = HEAD.exec(payload);
    if (!head) return JSON.parse(payload) as LiveMessage;
    const [prefix, key = '', part, count] = head;
    const parts = this.#open.get(key) ?? Array.from<string | undefined>({ length: Number(count) });
    parts[Number(part)] = payload.slice(prefix.length);
    if (parts.includes(undefined)) {
      this.#open.set(key, parts);
      this.#forgetOldest();
      return null;
    }
    this.#open.delete(key);
    return JSON.parse(Buffer.from(parts.join(''), 'base64').toString('utf8')) as LiveMessage;
  }

  #forgetOldest(): void {
    const [oldest] = this.#open.keys();
    if (this.#open.size > OPEN_MESSAGES && oldest !== undefined) this.#open.delete(oldest);
  }
}
