import type { Prisma } from './prisma-client.ts';

/** Which workers are alive, by the clock of the control database. */
export interface WorkerHeartbeats {
  beat(workerId: string): Promise<void>;
  /** Ids of workers that were seen within `ms`, sorted. */
  aliveWithin(ms: number): Promise<string[]>;
  remove(workerId: string): Promise<void>;
}

/** The table `worker_heartbeat`. */
export function createWorkerHeartbeats(prisma: Prisma): WorkerHeartbeats {
  return {
    beat: async (workerId) => {
      await prisma.$executeRaw`
        insert into worker_heartbeat ("workerId", "startedAt", "seenAt")
        values (${workerId}, clock_timestamp(), clock_timestamp())
        on conflict ("workerId") do update set "seenAt" = clock_timestamp()`;
    },
    aliveWithin: async (ms) => {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        select "workerId" as id from worker_heartbeat
        where "seenAt" > clock_timestamp() - make_interval(secs => ${ms / 1000}::float8) order by 1`;
      return rows.map((row) => row.id);
    },
    remove: async (workerId) => {
      await prisma.workerHeartbeat.deleteMany({ where: { workerId } });
    },
  };
}
