import { createHash } from 'node:crypto';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { DockerHost } from '../docker-host.ts';
import { APPEND_PART, LOAD_IMAGE, READ_PART, SAVE_IMAGE } from './recipe-scripts.ts';

/** Base64 of a part fits into one command's output and input. */
const PART_BYTES = 4 * 1024 ** 2;

/**
 * An image from one host's engine to another's, in parts through Tandem: the hosts need no way to each other,
 * and neither needs a registry. Nothing is left on either side but the image.
 */
export async function copyImage(
  image: string,
  { from, to }: { from: DockerHost; to: DockerHost },
  o: Wait & { onBytes: (bytes: number) => void },
): Promise<void> {
  const file = imageFile(image);
  try {
    const saved = await from.script('act', SAVE_IMAGE, [image, file], o);
    const total = Number(saved.stdout.trim());
    for (let at = 0; at < total; at += PART_BYTES) {
      const read = { ...o, maxOutputBytes: PART_BYTES * 2 };
      const part = await from.script('read', READ_PART, [file, String(at + 1), String(PART_BYTES)], read);
      await to.script('act', APPEND_PART, [file, String(at)], {
        ...o,
        stdin: Buffer.from(part.stdout, 'base64'),
      });
      o.onBytes(Math.min(at + PART_BYTES, total));
    }
    await to.script('act', LOAD_IMAGE, [file], o);
  } finally {
    for (const host of [from, to]) await host.run('act', ['rm', '-f', '--', file], o).catch(() => undefined);
  }
}

const imageFile = (image: string): string =>
  `/var/tmp/tandem-image-${createHash('sha256').update(image).digest('hex').slice(0, 16)}.tar.gz`;
