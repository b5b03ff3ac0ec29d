import { describe, expect, test } from 'vitest';
import type { HostSetup } from '#server/ports/host-setup.ts';
import { codeOf } from './error-code-of.ts';

export interface SetupUnderTest {
  setup: HostSetup;
  /** An installed package that apt's lists need not know. */
  installed: string;
}

const wait = { signal: new AbortController().signal, timeoutMs: 30_000 };
const NAME = 'tandem-contract';

/** What every HostSetup guarantees, the fake one and the real one. */
export function hostSetupContract(name: string, get: () => SetupUnderTest): void {
  describe(`host setup: ${name}`, () => {
    test('sees a Debian on which it may act as root and where nobody installs packages', async () => {
      const system = await get().setup.system(wait);
      expect(system).toMatchObject({ root: true, id: 'debian', apt: true, packagesHeldBy: null });
      expect(system.codename).toMatch(/^[a-z]+$/);
    });

    test('tells installed packages from those that nobody knows', async () => {
      const { setup, installed } = get();
      const found = await setup.packages([installed, 'no-such-package'], wait);
      expect(found.get(installed)?.installed).toMatch(/\d/);
      expect(found.get('no-such-package')).toEqual({ installed: null, candidate: null });
    });

    test('makes an account once, and takes it away without its files', async () => {
      const { setup } = get();
      expect(await setup.account(NAME, wait)).toBeNull();
      await setup.addAccount(NAME, wait);
      expect(await setup.account(NAME, wait)).toEqual({ home: `/home/${NAME}`, groups: [NAME] });
      expect(await codeOf(setup.addAccount(NAME, wait))).toBe('COMMAND_FAILED');
      await setup.makeDirectory({ path: `/home/${NAME}`, owner: NAME, mode: '0750' }, wait);
      await setup.removeAccount(NAME, wait);
      expect(await setup.account(NAME, wait)).toBeNull();
      expect((await setup.directories([`/home/${NAME}`], wait)).get(`/home/${NAME}`)).not.toBeNull();
      await setup.removeDirectory(`/home/${NAME}`, wait);
    });

    test('makes directories with owner and mode, and removes only what is empty', async () => {
      const { setup } = get();
      const [outer, inner] = [`/srv/${NAME}`, `/srv/${NAME}/data`];
      expect((await setup.directories([inner], wait)).get(inner)).toBeNull();
      await setup.makeDirectory({ path: inner, owner: 'root', mode: '0700' }, wait);
      const found = await setup.directories([outer, inner], wait);
      expect(found.get(outer)).toMatchObject({ kind: 'directory', owner: 'root', empty: false });
      expect(found.get(inner)).toEqual({
        kind: 'directory',
        owner: 'root',
        group: 'root',
        mode: '700',
        empty: true,
      });
      expect(await codeOf(setup.removeDirectory(outer, wait))).toBe('COMMAND_FAILED');
      await setup.removeDirectory(inner, wait);
      await setup.removeDirectory(outer, wait);
      await setup.removeDirectory(outer, wait);
      expect((await setup.directories([outer], wait)).get(outer)).toBeNull();
    });

    test('writes, reads and removes files', async () => {
      const { setup } = get();
      const path = `/etc/${NAME}.d/file.conf`;
      expect(await setup.readFile(path, wait)).toBeNull();
      await setup.writeFile(path, 'text\n', wait);
      expect(await setup.readFile(path, wait)).toBe('text\n');
      await setup.writeFile(path, null, wait);
      await setup.writeFile(path, null, wait);
      expect(await setup.readFile(path, wait)).toBeNull();
    });

    test('fails an install of what no repository has, and says so in its log', async () => {
      const { setup } = get();
      const job = `packages-contract-${NAME}`;
      expect((await setup.installState(job, 0, wait)).status).toBe('absent');
      await setup.startInstall(job, [['no-such-package', 'no-such-other']], false, wait);
      const state = await setup.installState(job, 0, { ...wait, timeoutMs: 60_000, endWithinMs: 45_000 });
      expect(state).toMatchObject({ status: 'failed', exitCode: 3 });
      expect(state.log).toContain('no repository of this server has');
    });
  });
}
