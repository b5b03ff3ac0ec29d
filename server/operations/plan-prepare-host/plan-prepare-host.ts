import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { StepContext } from '#server/engine/define-operation.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import type { HostWish } from '#server/domain/host-wish.ts';
import { text } from '#server/domain/text.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { parseChange } from '../change/input.ts';
import { decideHost, withHome } from '../prepare-host/decide.ts';
import { HOST_GATES } from '../prepare-host/gates.ts';
import { zHostWish, type PrepareHostInput } from '../prepare-host/input.ts';
import { observeHost, type PrepareHostWorld } from '../prepare-host/observation.ts';
import { prepareHost } from '../prepare-host/prepare-host.ts';
import { lookAndDecide, type Decided } from '../look-and-decide.ts';

const LOOK_MS = 30_000;
const ADDRESS = z.union([z.ipv4(), z.ipv6()]);

/** As a person wished it: the other node may be given by a name, which the server itself resolves. */
const zInput = z.object({
  serverId: z.string(),
  serverName: z.string(),
  wish: zHostWish.extend({
    firewall: z
      .object({
        port: z.number().int().min(1).max(65_535),
        from: z.string().regex(/^[A-Za-z0-9:][A-Za-z0-9.:-]{0,254}$/),
        fromName: z.string().min(1).max(200),
      })
      .nullable(),
  }),
});
export type PlanPrepareHostInput = z.infer<typeof zInput>;
export type PlanPrepareHostWorld = PrepareHostWorld & { ids: Ids };

async function look(c: StepContext<PlanPrepareHostWorld, PlanPrepareHostInput>): Promise<Decided> {
  const { serverId, serverName } = c.input;
  const wait = { signal: c.signal, timeoutMs: LOOK_MS };
  const wish = withHome(await resolved(c.world, c.input.wish, wait));
  const seen = await observeHost(c.world, wish, wait);
  const todo = decideHost(wish, seen);
  const jobKey = c.world.ids.newId();
  const input: PrepareHostInput = { serverId, serverName, wish, todo, jobKey, reason: null };
  const plan = await makePlan(
    prepareHost,
    { world: c.world, input },
    {
      gates: HOST_GATES.flatMap((gate) => gate(seen, input)),
      confirmation: null,
      outageMs: 0,
      networkBytes: todo.packages.length === 0 ? 0 : null,
      madeAtMs: c.world.clock.nowMs(),
    },
  );
  return { plan, input };
}

async function resolved({ setup }: PrepareHostWorld, wish: HostWish, wait: Wait): Promise<HostWish> {
  const { firewall } = wish;
  if (firewall === null || ADDRESS.safeParse(firewall.from).success) return wish;
  const from = await setup.addressOf(firewall.from, wait);
  if (from !== null) return { ...wish, firewall: { ...firewall, from } };
  throw new AppError('INVALID_INPUT', {
    message: `the server cannot resolve the name ${firewall.from}`,
    hint: 'Give the address of the other node itself.',
    data: { field: 'firewall' },
  });
}

/** Makes the plan of preparing a server; reads only. */
export const planPrepareHost = lookAndDecide<PlanPrepareHostWorld, PlanPrepareHostInput>({
  kind: 'plan-prepare-host',
  title: ({ serverName }) =>
    text(
      `Make the plan for preparing ${serverName}`,
      `Plan für die Vorbereitung von ${serverName} erstellen`,
    ),
  parseInput: (raw) => parseChange(zInput, raw),
  explain: (c) =>
    text(
      `Look at ${c.input.serverName} and make the plan.`,
      `${c.input.serverName} ansehen und den Plan erstellen.`,
    ),
  server: (c) => c.input.serverName,
  expectedMs: 3_000,
  timeoutMs: 90_000,
  decide: look,
});
