import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { defineOperation, RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { zNode } from '../setup-standby/input.ts';
import { within, type OperationNode } from '../pair-world.ts';

const zSession = z.object({
  pid: z.number().int().positive(),
  /** When it began, s since epoch to the microsecond: a pid alone may belong to somebody else by now. */
  startedAt: z.string().regex(/^\d{1,12}\.\d{6}$/),
});

const zInput = z.object({
  pairId: z.string(),
  pairName: z.string(),
  node: zNode.pick({ serverId: true, serverName: true, instanceId: true, location: true }),
  sessions: z.array(zSession).min(1).max(200),
});
export type EndSessionsInput = z.infer<typeof zInput>;

export interface SessionsWorld {
  node: Pick<OperationNode, 'admin'>;
}

const end: MutationStep<SessionsWorld, unknown, EndSessionsInput> = {
  kind: 'mutation',
  name: 'end-sessions',
  group: 'changes-standby',
  server: (c) => c.input.node.serverName,
  explain: (c) =>
    text(
      `End ${c.input.sessions.length} sessions of applications on ${c.input.node.serverName}: their transactions are rolled back.`,
      `${c.input.sessions.length} Sitzungen von Anwendungen auf ${c.input.node.serverName} beenden: Ihre Transaktionen werden zurückgerollt.`,
    ),
  actions: (c) =>
    c.input.sessions.map(({ pid }) => ({
      type: 'sql',
      server: c.input.node.serverName,
      statement: `SELECT pg_terminate_backend(${pid});`,
    })),
  expectedMs: () => 200,
  needs: [],
  isDone: async (c) =>
    (await c.world.node.admin.countSessions(c.input.sessions, within(c))) === 0 ? 'done' : 'not-done',
  do: (c) => c.world.node.admin.endSessions(c.input.sessions, within(c)),
  undo: {
    nothing: text('An ended session stays ended.', 'Eine beendete Sitzung bleibt beendet.'),
  },
  timeouts: { doMs: 20_000, settleMs: 10_000 },
  retry: RETRY.transientOnly,
};

/** Ends sessions by pid and start; one that has ended by itself, or whose pid is somebody else's now, is left alone. */
export const endSessions = defineOperation<SessionsWorld, unknown, EndSessionsInput>({
  kind: 'end-sessions',
  version: 1,
  title: (input) =>
    text(
      `End ${input.sessions.length} sessions on ${input.node.serverName}`,
      `${input.sessions.length} Sitzungen auf ${input.node.serverName} beenden`,
    ),
  parseInput: (raw) => {
    const parsed = zInput.safeParse(raw);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new AppError('INVALID_INPUT', {
      message: `${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'not valid'}`,
      hint: 'Look at the list of sessions again.',
    });
  },
  observe: () => Promise.resolve(null),
  steps: [end],
});
