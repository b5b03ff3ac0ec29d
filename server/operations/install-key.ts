import * as z from 'zod';
import { defineOperation, RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

/** What install-key reaches: one server, once with a password. */
export interface InstallKeyWorld {
  /** True when the stored key logs in. */
  keyLogsIn(o: Wait): Promise<boolean>;
  /** Logs in with the password that was given once and adds the public key. */
  install(passwordId: string, o: Wait): Promise<void>;
  hasPassword(passwordId: string): Promise<boolean>;
  /** The password has done its work. */
  forgetPassword(passwordId: string): Promise<void>;
}

const zInput = z.object({
  serverId: z.string(),
  serverName: z.string(),
  user: z.string(),
  passwordId: z.string(),
});
export type InstallKeyInput = z.infer<typeof zInput>;

const wait = (c: { signal: AbortSignal }): Wait => ({ signal: c.signal, timeoutMs: 20_000 });

const install: MutationStep<InstallKeyWorld, null, InstallKeyInput> = {
  kind: 'mutation',
  name: 'install-key',
  group: 'changes-primary',
  server: (c) => c.input.serverName,
  explain: (c) =>
    text(
      `Log in once with the password and add Tandem's key to ~/.ssh/authorized_keys of ${c.input.user}.`,
      `Einmal mit dem Passwort anmelden und Tandems Schlüssel in ~/.ssh/authorized_keys von ${c.input.user} eintragen.`,
    ),
  expectedMs: () => 2_000,
  needs: [],
  isDone: async (c) => ((await c.world.keyLogsIn(wait(c))) ? 'done' : 'not-done'),
  do: (c) => c.world.install(c.input.passwordId, wait(c)),
  undo: {
    explain: () => text('Forget the password.', 'Das Passwort vergessen.'),
    isDone: async (c) => ((await c.world.hasPassword(c.input.passwordId)) ? 'not-done' : 'done'),
    do: (c) => c.world.forgetPassword(c.input.passwordId),
  },
  timeouts: { doMs: 30_000, settleMs: 5_000 },
  retry: RETRY.never,
};

/** Installs Tandem's key with a password that is used once. */
export const installKey = defineOperation<InstallKeyWorld, null, InstallKeyInput>({
  kind: 'install-key',
  version: 1,
  title: (input) =>
    text(`Install the key on ${input.serverName}`, `Schlüssel auf ${input.serverName} installieren`),
  parseInput: (raw) => zInput.parse(raw),
  observe: () => Promise.resolve(null),
  steps: [
    install,
    {
      kind: 'read',
      name: 'forget-password',
      group: 'reads',
      server: () => null,
      explain: () => text('Forget the password.', 'Das Passwort vergessen.'),
      timeoutMs: 10_000,
      read: async (c) => {
        await c.world.forgetPassword(c.input.passwordId);
        return null;
      },
    },
  ],
});
