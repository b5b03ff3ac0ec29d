import * as z from 'zod';
import { RETRY } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../pair-world.ts';
import { rootIsPossible } from './gates.ts';
import type { HostContext, HostStep } from './install.ts';

const zBefore = z.record(z.string(), z.string().nullable());
const TIMES = { doMs: 180_000, settleMs: 10_000 };
const CLUSTER_FILE = '/etc/postgresql-common/createcluster.d/tandem.conf';
const CLUSTER_TEXT =
  '# Made by Tandem: a new package makes no cluster that nobody asked for.\ncreate_main_cluster = false\n';

async function readAll(c: HostContext, paths: readonly string[]): Promise<Record<string, string | null>> {
  const found: Record<string, string | null> = {};
  for (const path of paths) found[path] = await c.world.setup.readFile(path, within(c));
  return found;
}

/** Puts files back as they were remembered. */
const putBack: Pick<Extract<HostStep['undo'], { do: unknown }>, 'isDone' | 'do'> = {
  isDone: async (c, remembered) => {
    const before = zBefore.parse(remembered);
    const now = await readAll(c, Object.keys(before));
    return Object.keys(before).every((path) => now[path] === before[path]) ? 'done' : 'not-done';
  },
  do: async (c, remembered) => {
    for (const [path, before] of Object.entries(zBefore.parse(remembered)))
      await c.world.setup.writeFile(path, before, within(c));
  },
};

/** A repository beside the distribution's own: its key, proven by its fingerprint, and one list. */
export const addPackageSource: HostStep = {
  kind: 'mutation',
  name: 'add-package-source',
  group: 'prepares',
  server: (c) => c.input.serverName,
  skip: (input) => input.todo.sources.length === 0,
  explain: (c) => {
    const names = c.input.todo.sources.map((s) => (s.name === 'pgdg' ? 'PostgreSQL' : 'Docker')).join(', ');
    return text(
      `Add the package repository of ${names}. Its key is taken only with the published fingerprint.`,
      `Die Paketquelle von ${names} hinzufügen. Ihr Schlüssel wird nur mit dem veröffentlichten Fingerabdruck angenommen.`,
    );
  },
  actions: (c) =>
    c.input.todo.sources.flatMap(({ keyUrl, keyPath, listPath, listText, fingerprint }) => [
      {
        type: 'command' as const,
        server: c.input.serverName,
        runAs: 'root',
        line: `curl -fsSL ${keyUrl} -o ${keyPath}   # ${fingerprint}`,
      },
      {
        type: 'file' as const,
        server: c.input.serverName,
        path: listPath,
        before: null,
        after: listText,
        mode: '0644',
      },
    ]),
  expectedMs: () => 3_000,
  needs: [rootIsPossible],
  isDone: async (c) => {
    for (const { keyPath, listPath, listText } of c.input.todo.sources) {
      const now = await readAll(c, [keyPath, listPath]);
      if (now[keyPath] === null || now[listPath] !== listText) return 'not-done';
    }
    return 'done';
  },
  remember: (c) =>
    readAll(
      c,
      c.input.todo.sources.flatMap((s) => [s.keyPath, s.listPath]),
    ),
  do: async (c) => {
    for (const { keyUrl, keyPath, fingerprint, listPath, listText } of c.input.todo.sources) {
      const key = await c.world.setup.fetchKey(keyUrl, fingerprint, within(c, 60_000));
      await c.world.setup.writeFile(keyPath, key, within(c));
      await c.world.setup.writeFile(listPath, listText, within(c));
    }
  },
  undo: {
    explain: () => text('Take key and list away.', 'Schlüssel und Liste entfernen.'),
    ...putBack,
  },
  timeouts: TIMES,
  retry: RETRY.transientOnly,
};

/** Debian's package would make and start `main`; a standby brings its own data. */
export const keepMainClusterAway: HostStep = {
  kind: 'mutation',
  name: 'keep-main-cluster-away',
  group: 'prepares',
  server: (c) => c.input.serverName,
  skip: (input) => !input.todo.withoutMainCluster,
  explain: () =>
    text(
      'Keep the package from making and starting a cluster of its own.',
      'Das Paket daran hindern, ein eigenes Cluster anzulegen und zu starten.',
    ),
  actions: (c) => [
    {
      type: 'file',
      server: c.input.serverName,
      path: CLUSTER_FILE,
      before: null,
      after: CLUSTER_TEXT,
      mode: '0644',
    },
  ],
  expectedMs: () => 300,
  needs: [rootIsPossible],
  isDone: async (c) =>
    (await c.world.setup.readFile(CLUSTER_FILE, within(c))) === CLUSTER_TEXT ? 'done' : 'not-done',
  remember: (c) => readAll(c, [CLUSTER_FILE]),
  do: (c) => c.world.setup.writeFile(CLUSTER_FILE, CLUSTER_TEXT, within(c)),
  undo: { explain: () => text('Take the file away.', 'Die Datei entfernen.'), ...putBack },
  timeouts: TIMES,
  retry: RETRY.transientOnly,
};
