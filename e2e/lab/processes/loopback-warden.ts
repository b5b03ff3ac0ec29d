/**
 * Lives beside one loopback host and holds a pipe of the lab: when the lab is gone, however it ended,
 * the pipe closes and every process of the host ends. `node loopback-warden.ts FOLDER`
 */
import { killAll, processesOf } from './host-processes.ts';

const [root] = process.argv.slice(2);
if (root === undefined) throw new Error('usage: loopback-warden.ts FOLDER');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.once('close', () => void endAll(root));

/** Twice and more: a process may be starting another one while the first look is taken. */
async function endAll(folder: string): Promise<void> {
  for (let pids = await processesOf(folder); pids.length > 0; pids = await processesOf(folder)) killAll(pids);
  process.exit();
}
