import * as z from 'zod';
import type { TLS_FILES } from '#server/domain/pair-tls.ts';
import type { Text } from '#server/domain/plan.ts';
import { Secret } from '#server/domain/secret.ts';
import { text } from '#server/domain/text.ts';
import { RETRY, type MutationStep, type UndoPart } from '#server/engine/define-operation.ts';
import { within } from '../../pair-world.ts';
import type { EncryptInput, Side } from '../input.ts';
import type { EncryptObservation } from '../look.ts';
import { materialOf, pathOn, type EncryptContext, type EncryptWorld } from '../world.ts';

const FILES = ['authority', 'certificate', 'key'] as const satisfies readonly (keyof typeof TLS_FILES)[];
type File = (typeof FILES)[number];
const zBefore = z.object({ existed: z.array(z.enum(FILES)) });
const MODE = 0o600;
const FILE_TIME_MS = 1_100;

function explainPlacing({ way, ...input }: EncryptInput, side: Side): Text {
  const { address, serverName } = input[side];
  return way === 'own-certificates'
    ? text(
        `Write your certificate for ${serverName}, its key and your authority into its data directory (0600).`,
        `Ihr Zertifikat für ${serverName}, dessen Schlüssel und Ihre Zertifizierungsstelle in das Datenverzeichnis schreiben (0600).`,
      )
    : text(
        `Write a certificate for ${address}, its key and the pair's authority into the data directory of ${serverName} (0600).`,
        `Ein Zertifikat für ${address}, seinen Schlüssel und die Zertifizierungsstelle des Paars in das Datenverzeichnis von ${serverName} schreiben (0600).`,
      );
}

/** The copy that an undo puts back; a key never leaves its host. */
export const copyOf = (path: string): string => `${path}.before-encrypt`;

async function contents(c: EncryptContext, side: Side): Promise<Record<File, string>> {
  const { authority, [side]: own } = materialOf(c.input);
  const key = await c.world.secret(own.keySecretId);
  return { authority: authority.certificate, certificate: own.certificate, key: key.reveal() };
}

/** Authority, certificate and key in the data directory of one node, and a reload, which only then reads them. */
export function placeCertificates(side: Side): MutationStep<EncryptWorld, EncryptObservation, EncryptInput> {
  return {
    kind: 'mutation',
    name: `certificates-on-${side}`,
    group: side === 'primary' ? 'changes-primary' : 'changes-standby',
    server: (c) => c.input[side].serverName,
    explain: (c) => explainPlacing(c.input, side),
    actions: ({ input }) =>
      FILES.map((file) => ({
        type: 'file' as const,
        server: input[side].serverName,
        path: pathOn(input, side, file),
        before: null,
        after: file === 'key' ? '•••' : '-----BEGIN CERTIFICATE----- …',
        mode: '0600',
      })),
    expectedMs: () => 500,
    needs: [],
    isDone: async (c) => {
      const wanted = await contents(c, side);
      for (const file of FILES) {
        const now = await c.world[side].files.read(pathOn(c.input, side, file), c);
        if (now?.toString('utf8') !== wanted[file]) return 'not-done';
      }
      // On disk alone it is of no use: a run that ended before the reload would leave the old one served.
      const { admin } = c.world[side];
      for (const file of FILES)
        if (!(await admin.fileIsLoaded(pathOn(c.input, side, file), within(c)))) return 'not-done';
      return 'done';
    },
    remember: (c) => keepCopies(c, side),
    do: async (c) => {
      const wanted = await contents(c, side);
      const { files, admin } = c.world[side];
      for (const file of FILES)
        await files.write(pathOn(c.input, side, file), new Secret(wanted[file]), { ...c, mode: MODE });
      // File times have whole seconds: see fileIsLoaded.
      await c.world.clock.sleep(FILE_TIME_MS, c.signal);
      await admin.reloadConf(within(c));
    },
    undo: putBack(side),
    timeouts: { doMs: 60_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}

/** Copies lie on the host alone; one of an earlier run must not be taken for this one's. */
async function keepCopies(c: EncryptContext, side: Side): Promise<{ existed: File[] }> {
  const { files } = c.world[side];
  const existed: File[] = [];
  for (const file of FILES) {
    const path = pathOn(c.input, side, file);
    if ((await files.stat(path, c)) === null) await files.removeFile(copyOf(path), c);
    else {
      await files.copy(path, copyOf(path), c);
      existed.push(file);
    }
  }
  return { existed };
}

/** The copies go as the last act. */
function putBack(side: Side): UndoPart<EncryptWorld, EncryptInput> {
  return {
    explain: () => text('Put back what was there.', 'Zurücklegen, was da war.'),
    isDone: async (c, raw) => {
      const { existed } = zBefore.parse(raw);
      const { files } = c.world[side];
      for (const file of FILES) {
        const path = pathOn(c.input, side, file);
        if ((await files.stat(copyOf(path), c)) !== null) return 'not-done';
        if (!existed.includes(file) && (await files.stat(path, c)) !== null) return 'not-done';
      }
      return 'done';
    },
    do: async (c, raw) => {
      const { existed } = zBefore.parse(raw);
      const { files, admin } = c.world[side];
      for (const file of FILES) {
        const path = pathOn(c.input, side, file);
        const copied = (await files.stat(copyOf(path), c)) !== null;
        if (!existed.includes(file)) await files.removeFile(path, c);
        else if (copied) await files.copy(copyOf(path), path, c);
      }
      await admin.reloadConf(within(c));
      for (const file of FILES) await files.removeFile(copyOf(pathOn(c.input, side, file)), c);
    },
  };
}
