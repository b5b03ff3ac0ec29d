import { toAppError, type AppError } from '#server/errors/app-error.ts';
import type { Witness } from '#server/domain/assessment.ts';
import { saysDiskFull, type FailureFacts } from '#server/domain/failure-diagnosis.ts';
import { formatLsn } from '#server/domain/lsn.ts';
import type { Text } from '#server/domain/plan.ts';
import { bytesText, sameText, text } from '#server/domain/text.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
import type { StopState, Wait } from '#server/ports/postgres-runtime.ts';
import type { ChangeInput } from '../change/input.ts';
import type { ChangeWorld } from '../change/world.ts';

const LOOK_MS = 2_500;
const BETWEEN_MS = 300;
const LOG_LINES = 15;

export interface Testimony {
  facts: FailureFacts;
  witnesses: Witness[];
  /** Of the standby, after the second look; null = it does not answer. */
  standby: NodePosition | null;
  standbyFailure: string | null;
}

/** Everybody is asked at once; who is silent is silent after 2.5 s. */
export async function askWitnesses(
  world: ChangeWorld,
  input: ChangeInput,
  signal: AbortSignal,
): Promise<Testimony> {
  const wait: Wait = { signal, timeoutMs: LOOK_MS };
  const [host, standby, standbyTcp] = await Promise.all([
    askHost(world, wait),
    askStandby(world, wait),
    world.newPrimary.network
      .tcp(input.oldPrimary.address, input.oldPrimary.location.port, { ...wait, timeoutMs: LOOK_MS + 3_000 })
      .catch(() => undefined),
  ]);
  signal.throwIfAborted();
  const facts: FailureFacts = {
    ...host.facts,
    standbyReaches: standbyTcp === undefined ? null : standbyTcp === null,
    receiverAdvances: standby.advances,
    standbyAnswers: standby.position !== null,
  };
  const atMs = world.clock.nowMs();
  const say = (name: Witness['name'], verdict: Witness['verdict'], detail: Text): Witness => ({
    name,
    verdict,
    detail,
    atMs,
  });
  return {
    facts,
    standby: standby.position,
    standbyFailure: standby.failure,
    witnesses: [
      ...host.witnesses.map(([name, verdict, detail]) => say(name, verdict, detail)),
      standbyTcpWitness(standbyTcp, say),
      receiverWitness(standby, say),
    ],
  };
}

type Said = [Witness['name'], Witness['verdict'], Text];
type Say = (name: Witness['name'], verdict: Witness['verdict'], detail: Text) => Witness;
const NOT_ASKED = text('could not be asked', 'konnte nicht gefragt werden');

function standbyTcpWitness(found: string | null | undefined, say: Say): Witness {
  if (found === undefined) return say('standby-tcp', 'unknown', NOT_ASKED);
  if (found !== null) return say('standby-tcp', 'bad', sameText(found));
  return say(
    'standby-tcp',
    'good',
    text('the standby reaches the port', 'der Standby-Server erreicht den Port'),
  );
}

function receiverWitness(standby: StandbyWord, say: Say): Witness {
  const { position } = standby;
  if (position === null) return say('wal-receiver', 'unknown', sameText(standby.failure ?? ''));
  const at = position.receivedLsn === null ? '-' : formatLsn(position.receivedLsn);
  if (standby.advances) return say('wal-receiver', 'good', text(`advances, ${at}`, `schreitet fort, ${at}`));
  // It may say streaming for a minute after a power loss: standing still is no proof of anything.
  const status = position.receiver ?? 'no receiver';
  return say(
    'wal-receiver',
    position.receiver === null ? 'bad' : 'unknown',
    text(`${status}, stands at ${at}`, `${status}, steht bei ${at}`),
  );
}

interface StandbyWord {
  position: NodePosition | null;
  advances: boolean;
  failure: string | null;
}

async function askStandby(world: ChangeWorld, wait: Wait): Promise<StandbyWord> {
  const { session } = world.newPrimary;
  try {
    const first = await session.position(wait);
    await world.clock.sleep(BETWEEN_MS, wait.signal);
    const position = await session.position(wait);
    const advances = (position.receivedLsn ?? 0n) > (first.receivedLsn ?? 0n);
    return { position, advances, failure: null };
  } catch (thrown) {
    return { position: null, advances: false, failure: toAppError(thrown).message };
  }
}

/** The WAL often lies on a disk of its own. */
async function scarcestDisk(
  { oldPrimary: { files, runtime } }: ChangeWorld,
  wait: Wait,
): Promise<{ freeBytes: number; totalBytes: number } | null> {
  const { dataDirectory } = runtime.location;
  const disks = await Promise.all(
    [dataDirectory, `${dataDirectory}/pg_wal`].map((path) => files.disk(path, wait).catch(() => null)),
  );
  const known = disks.filter((disk) => disk !== null);
  return known.sort((a, b) => a.freeBytes / a.totalBytes - b.freeBytes / b.totalBytes)[0] ?? null;
}

async function askHost(
  world: ChangeWorld,
  wait: Wait,
): Promise<{
  facts: Pick<FailureFacts, 'ssh' | 'accepts' | 'process' | 'freeShare' | 'logSaysDiskFull'>;
  witnesses: Said[];
}> {
  const { runtime } = world.oldPrimary;
  let state: StopState;
  try {
    state = await runtime.stopState(wait);
  } catch (thrown) {
    return silentHost(toAppError(thrown));
  }
  const [accepts, disk, log] = await Promise.all([
    runtime.isAcceptingConnections({ ...wait, timeoutMs: LOOK_MS + 1_500 }).catch(() => false),
    scarcestDisk(world, wait),
    runtime.readLogTail(LOG_LINES, wait).catch(() => ''),
  ]);
  const process = state === 'running' || state === 'writes-ended';
  const logSaysDiskFull = saysDiskFull(log);
  const free = disk === null ? null : bytesText(disk.freeBytes);
  const lastLine = log.trimEnd().split('\n').at(-1) ?? '';
  return {
    facts: {
      ssh: 'works',
      accepts,
      process,
      freeShare: disk === null ? null : disk.freeBytes / disk.totalBytes,
      logSaysDiskFull,
    },
    witnesses: [
      ['our-ssh', 'good', text('the host answers', 'der Host antwortet')],
      [
        'our-sql',
        accepts ? 'good' : 'bad',
        accepts
          ? text('accepts connections', 'nimmt Verbindungen an')
          : text('accepts no connections', 'nimmt keine Verbindungen an'),
      ],
      ['process', process ? 'good' : 'bad', sameText(state)],
      [
        'disk',
        free === null ? 'unknown' : 'good',
        free === null ? NOT_ASKED : text(`${free.en} free`, `${free.de} frei`),
      ],
      ['log', logSaysDiskFull ? 'bad' : 'unknown', sameText(lastLine.slice(0, 300))],
    ],
  };
}

function silentHost(error: AppError): Awaited<ReturnType<typeof askHost>> {
  const refused = error.category === 'refused';
  return {
    facts: {
      ssh: refused ? 'refused' : 'silent',
      accepts: null,
      process: null,
      freeShare: null,
      logSaysDiskFull: false,
    },
    witnesses: [
      ['our-ssh', 'bad', sameText(error.message)],
      ['our-sql', 'unknown', NOT_ASKED],
      ['process', 'unknown', NOT_ASKED],
    ],
  };
}
