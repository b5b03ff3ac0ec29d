/**
 * Practice hosts from the command line: `node e2e/lab/processes/main.ts up --dir DIR`.
 * Boots db1 and db2 (a streaming pair with load), db3 (a second primary) and db4 (empty), prints how to
 * reach them, and removes everything on Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { startLab } from './start-lab.ts';
import { startShopLoad } from './start-shop-load.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { dir: { type: 'string', default: '.lab/up' }, 'shop-mb': { type: 'string', default: '200' } },
});
if (positionals[0] !== 'up') {
  process.stderr.write('usage: main.ts up [--dir DIR] [--shop-mb N]\n');
  process.exit(2);
}

const lab = await startLab({
  dir: values.dir,
  hosts: ['db1', 'db2', 'db3', 'db4'].map((name) => ({ name })),
});
try {
  const { primary, standby } = await lab.createReplicatingPair('db1', 'db2', {
    shopDatabaseMb: Number(values['shop-mb']),
  });
  await lab.createPrimary('db3', { name: 'billing', shopDatabaseMb: 40 });
  const load = startShopLoad([primary, standby]);
  for (const host of lab.hosts)
    process.stdout.write(
      `${host.name}  ssh -i ${lab.dir}/login-key -p ${host.sshPort} dba@${host.address}\n`,
    );
  process.stdout.write('Ctrl-C removes everything.\n');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await load.stop();
} finally {
  await lab.stop();
}
