import * as z from 'zod';
import type { HostWish } from '#server/domain/host-wish.ts';
import { parseChange } from '../change/input.ts';

/** As useradd takes it; root and names that begin with a digit are not for this. */
const zAccount = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,30}$/)
  .refine((name) => name !== 'root');
const zPort = z.number().int().min(1).max(65_535);
/** Absolute, at least two levels deep, without `..`: the top of a system belongs to the system. */
const zPath = z
  .string()
  .max(1_000)
  .regex(/^(\/[^/\0\n]+){2,}$/)
  .refine((path) => !path.split('/').some((part) => part === '..' || part === '.'));

export const zHostWish = z.object({
  postgresql: z
    .object({ majorVersion: z.number().int().min(13).max(40), source: z.enum(['distribution', 'pgdg']) })
    .nullable(),
  docker: z.object({ source: z.enum(['distribution', 'docker']) }).nullable(),
  account: z.object({ name: zAccount, dockerGroup: z.boolean() }).nullable(),
  directories: z
    .array(
      z.object({
        path: zPath,
        owner: z.string().regex(/^[a-z_][a-z0-9_-]{0,30}$/),
        mode: z.string().regex(/^0?[0-7]{3}$/),
      }),
    )
    .max(20),
  firewall: z
    .object({ port: zPort, from: z.union([z.ipv4(), z.ipv6()]), fromName: z.string().min(1).max(200) })
    .nullable(),
}) satisfies z.ZodType<HostWish>;

const zPlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ufw') }),
  z.object({ kind: z.literal('firewalld'), zone: z.string() }),
  z.object({
    kind: z.literal('nftables'),
    family: z.string(),
    table: z.string(),
    chain: z.string(),
    hook: z.enum(['input', 'forward']),
  }),
  z.object({ kind: z.literal('docker-user'), program: z.enum(['iptables', 'ip6tables']) }),
]);

/** Everything that prepare-host will do, decided when the plan was made. */
export const zPrepareHostInput = z.object({
  serverId: z.string(),
  serverName: z.string(),
  wish: zHostWish,
  todo: z.object({
    /** Each by all its names; empty = all are there. */
    packages: z.array(z.array(z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/)).min(1)),
    sources: z.array(
      z.object({
        name: z.enum(['pgdg', 'docker']),
        keyUrl: z.url(),
        fingerprint: z.string(),
        keyPath: z.string(),
        listPath: z.string(),
        listText: z.string(),
      }),
    ),
    /** No cluster existed: the package is kept from making one that nobody asked for. */
    withoutMainCluster: z.boolean(),
    startDocker: z.boolean(),
    account: z.boolean(),
    dockerGroup: z.boolean(),
    directories: z.boolean(),
    firewall: z.array(zPlace),
    /** nftables.conf as it was; null = the boot does not load it, or nothing is written to it. */
    nftablesConf: z.string().nullable(),
  }),
  /** Names the job on the host. */
  jobKey: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  reason: z.string().nullable().default(null),
});
export type PrepareHostInput = z.infer<typeof zPrepareHostInput>;
export type HostTodo = PrepareHostInput['todo'];

/** Parses stored input; throws INVALID_INPUT that names the field. */
export const parsePrepareHost = (raw: unknown): PrepareHostInput => parseChange(zPrepareHostInput, raw);
