import type {
  Assessment,
  ChangeKind,
  Readiness,
  ChangeWay,
  SeenAssessment,
} from '#server/domain/assessment.ts';
import type { ChangeHook, HttpCall, ShellCall } from '#server/domain/change-hook.ts';
import type { ClientRoute, PgbouncerRoute, RouteLogin } from '#server/domain/client-route.ts';
import type { HostWish } from '#server/domain/host-wish.ts';
import type { RuntimeKind } from '#server/domain/instance-location.ts';
import type { RouteOutcome } from '#server/domain/route-sighting.ts';
import type { ClientsLook } from '#server/domain/clients-look.ts';
import type { RunbookBlock } from '#server/domain/runbook/blocks.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { HistoryPoint, HistoryRange } from '#server/domain/history.ts';
import type { OperationLogLine, OperationView } from '#server/domain/operation-view.ts';
import type { SlotSample } from '#server/domain/node-sample.ts';
import type { PairSample } from '#server/domain/pair-sample.ts';
import type { GateResult, Plan, Text } from '#server/domain/plan.ts';
import type { CheckRow, ServerChecks, ServerFacts } from '#server/domain/server-check.ts';
import type { LossOutcome } from '#server/domain/loss-record.ts';
import type { DraftData } from '#server/domain/setup-draft.ts';
import type { GatePolicy } from '#server/domain/start-gate.ts';
import type { CertificatesVerdict, OwnCertificates } from '#server/domain/own-certificates.ts';
import type { Problem } from '#server/errors/app-error.ts';
import type { HookLook } from '#server/operations/hooks/hooks-gate.ts';
import type { RemovalKeep } from '#server/operations/remove-pair/input.ts';
import type { AuditFilter, StoredAuditEntry } from '#server/ports/audit-log.ts';
import type { CommandLineChoice } from '#server/operations/release-settings/input.ts';
import type { TokenScope } from '#server/ports/identity.ts';
import type { LiveMessage } from '#server/ports/live-feed.ts';
import type { DraftNetworkAnswer, NetworkAnswer } from './network-answer.ts';

/** Who asks; written into operations and the audit log. */
export interface Actor {
  userId: string;
  name: string;
}

/** A container on one server, made like one of another. */
export interface ContainerWish {
  fromServerId: string;
  /** The instance to copy, as `placeNameOf` names it. */
  place: string;
  toServerId: string;
}

export type { CommandLineChoice };

/** Settings to take off the command line of one container. */
export interface ReleaseWish {
  serverId: string;
  /** The instance, as `placeNameOf` names it. */
  place: string;
  /** Null = those that stand in the way of Tandem. */
  names: string[] | null;
}

export interface ServerView {
  id: string;
  name: string;
  host: string;
  port: number;
  username: string;
  credentialKind: 'generated-key' | 'private-key';
  publicKey: string;
  jumpServerId: string | null;
  hostKey: { type: string; fingerprint: string; approvedBy: string } | null;
  /** A key that differs from the pinned one, or the first one waiting for approval. */
  offeredHostKey: { type: string; fingerprint: string } | null;
  status: 'draft' | 'verified';
  checks: ServerChecks;
  facts: ServerFacts | null;
  /** The open or last probe. */
  operationId: string | null;
  pairNames: string[];
}

export interface NewServer {
  name: string;
  host: string;
  port: number;
  username: string;
  jumpServerId: string | null;
  credential:
    { kind: 'generated-key' } | { kind: 'private-key'; privateKey: Secret; passphrase: Secret | null };
  sudoPassword: Secret | null;
}

export interface NodeView {
  instanceId: string;
  serverId: string;
  serverName: string;
  host: string;
  port: number;
  dataDirectory: string;
  kind: RuntimeKind;
  majorVersion: number;
  role: 'primary' | 'standby';
}

export interface PairView {
  id: string;
  name: string;
  environment: 'production' | 'staging' | 'development';
  epoch: number;
  mode: 'asynchronous' | 'synchronous';
  slotName: string | null;
  /** Tandem has what a change of roles needs; false = the pair was adopted and not prepared yet. */
  prepared: boolean;
  primary: NodeView;
  standby: NodeView;
  /** Last sample this web process has; null = none yet. */
  sample: PairSample | null;
  runningOperationId: string | null;
  /** Whether the roles could be changed now, by the newest look. */
  readiness: { state: Readiness; takenAtMs: number | null; reasons: Text[] };
  /** Old primary that must rejoin before the pair is one again; null = none. */
  mustRejoin: { instanceId: string; serverName: string } | null;
  /** A person made the standby stop following; null = it follows. */
  detached: { sinceMs: number } | null;
  /** Replication is encrypted; `renew` = the certificates end soon or have ended, `own` = they are the admin's. */
  tls: { notAfterMs: number; renew: boolean; own: boolean } | null;
  /** Start gates that a person wanted and that are not laid yet. */
  gateWish: GatePolicy | null;
  /** A fence that could not be set yet. */
  pendingFence: { serverName: string; sinceMs: number; state: 'pending' | 'conflict'; detail: string } | null;
}

export interface OperationSummary {
  id: string;
  kind: string;
  title: OperationView['title'];
  status: OperationView['status'];
  pairId: string | null;
  serverId: string | null;
  startedBy: string;
  createdAtMs: number;
  finishedAtMs: number | null;
  stepsDone: number;
  stepsTotal: number;
}

export interface DraftView {
  id: string;
  data: DraftData;
  operationId: string | null;
  updatedAtMs: number;
  createdBy: string;
}

/** The other node is a server of the inventory, or an address; both = that server under this address. */
export type HostWishRequest = Omit<HostWish, 'firewall'> & {
  firewall: { port: number; serverId: string | null; address: string | null } | null;
};

export interface PreparationRequest {
  serverId: string;
  planId: string;
  planHash: string;
}

/** Answer of asking for a plan: the worker looks at the hosts, so it takes seconds. */
export type PlanAnswer =
  | { state: 'incomplete'; missing: string[] }
  | { state: 'making'; operationId: string }
  | { state: 'ready'; plan: Plan; planId: string }
  | { state: 'failed'; operation: OperationView };

/** As a plan, with all that the command line gives, chosen or not. */
export type ReleaseAnswer =
  | Exclude<PlanAnswer, { state: 'ready' }>
  | (Extract<PlanAnswer, { state: 'ready' }> & { choices: CommandLineChoice[] });

export interface AssessmentAnswer {
  assessment: Assessment | null;
  /** False = older than 10 s: nothing planned can be started on it. */
  fresh: boolean;
}

export interface ChangeRequest {
  pairId: string;
  kind: ChangeKind;
  /** Rejoin only. */
  way: ChangeWay | null;
  /** The look that was on the screen: `seenOf` of it. */
  seen: SeenAssessment;
  confirmation: string | null;
  /** Codes of the sentences that were ticked. */
  ticks: string[];
  reason: string | null;
  /** Switchover: undone when writes are not possible again after so long; ms. */
  outageLimitMs: number;
  /** Switchover of a synchronous pair: whether commits wait for the old node while it restarts. */
  syncWhileAlone: 'keep' | 'release';
  /** Encryption with certificates of the admin's own; absent = Tandem makes them. */
  certificates?: OwnCertificates | null;
  idempotencyKey: string;
}

/** A personal token as its owner sees it; its text is shown once, when it is made. */
export interface TokenView {
  id: string;
  name: string;
  scope: TokenScope;
  /** Public part of the text: `tdm_<prefix>_…`. */
  prefix: string;
  state: 'works' | 'expired' | 'revoked';
  createdAtMs: number;
  expiresAtMs: number;
  lastUsedAtMs: number | null;
  revokedAtMs: number | null;
}

/** The start of exactly the removal that was shown. */
export interface RemovalRequest {
  pairId: string;
  planId: string;
  planHash: string;
  confirmation: string | null;
  reason: string | null;
}

/** A client route as its pair's page shows it: passwords are only said to be there. */
export type RouteView = RouteDraft & {
  id: string;
  /** Name of the pool's server, and of the server that the route is tried from. */
  serverName: string | null;
  probeServerName: string | null;
  hasConsolePassword: boolean;
};

type WithoutSecrets<R> = R extends PgbouncerRoute
  ? Omit<R, 'id' | 'login' | 'console'> & { login: RouteUser | null; console: Omit<R['console'], 'secretId'> }
  : R extends ClientRoute
    ? Omit<R, 'id' | 'login'> & { login: RouteUser | null }
    : never;
type RouteUser = Omit<RouteLogin, 'secretId'>;

/** A client route as a person enters it. */
export type RouteDraft = WithoutSecrets<ClientRoute>;

/** Passwords that go with a route; null = the stored one stays. */
export interface RoutePasswords {
  console: Secret | null;
  login: Secret | null;
}

export interface ClientsAnswer {
  /** Null = the worker has not looked yet: ask again. */
  look: ClientsLook | null;
  /** False = older than 15 s. */
  fresh: boolean;
}

/** Sessions to end, as they were shown. */
export interface EndSessionsRequest {
  pairId: string;
  instanceId: string;
  sessions: { pid: number; startedAt: string }[];
  idempotencyKey: string;
}

/** The start of exactly the removal of a server that was shown. */
export interface ServerRemovalRequest {
  id: string;
  takeKey: boolean;
  planHash: string;
  idempotencyKey: string;
}

/** A replication slot as the last sample shows it. */
export interface SlotView extends SlotSample {
  pairId: string;
  pairName: string;
  role: 'primary' | 'standby';
  serverName: string;
  /** Made by Tandem for the pair; false = somebody else's. */
  ours: boolean;
  sampledAtMs: number;
}

/** A hook as its pair's page shows it: a token is only said to be there. */
export interface HookView extends Omit<ChangeHook, 'call'> {
  call: (ShellCall & { serverName: string }) | (Omit<HttpCall, 'tokenSecretId'> & { hasToken: boolean });
}

/** A hook as a person enters it. */
export interface HookDraft extends Omit<ChangeHook, 'id' | 'call'> {
  call: ShellCall | Omit<HttpCall, 'tokenSecretId'>;
}
export type HookToken = { kind: 'keep' } | { kind: 'none' } | { kind: 'new'; token: Secret };

export interface DropSlotRequest {
  pairId: string;
  role: 'primary' | 'standby';
  slotName: string;
  /** Where it stood when it was shown. */
  restartLsn: string | null;
  /** The slot's name, typed. */
  confirmation: string | null;
  /** The same for a slot that is not ours: nothing else will do there. */
  foreignName: string | null;
  reason: string | null;
  idempotencyKey: string;
}

/** Whether the audit chain is whole. */
export interface ChainVerdict {
  /** Entries that are as they were written. */
  checked: number;
  /** Hash of the last good entry: noted elsewhere, it proves later that nothing was cut off. */
  lastHash: string;
  /** The first entry that is not; null = all are. */
  broken: { id: string; atMs: number; fault: string } | null;
}

/** One thing that happened to a pair. */
export type HistoryItem =
  | {
      type: 'run';
      atMs: number;
      operationId: string;
      kind: string;
      title: Text;
      status: OperationView['status'];
      startedBy: string;
      finishedAtMs: number | null;
      reason: string | null;
      /** Conditions as they stood in the plan that was approved. */
      shown: GateResult[];
      /** Measured write outage; null = none, or not measured. */
      outageMs: number | null;
      /** Really lost, once it was measured. */
      loss: LossOutcome | null;
      /** Where clients arrived behind the change; null = no route, or not looked at. */
      routes: RouteOutcome | null;
      problem: Problem | null;
      note: string | null;
      /** What people decided about it, oldest first. */
      entries: StoredAuditEntry[];
    }
  | { type: 'event'; atMs: number; code: string; severity: string }
  | { type: 'entry'; atMs: number; entry: StoredAuditEntry };

/** The use cases behind the API. The web process builds them; none of them opens SSH. */
export interface Services {
  servers: {
    list(): Promise<ServerView[]>;
    /** Rejects NOT_FOUND. */
    get(id: string): Promise<ServerView>;
    /** Stores a draft with its own key; rejects NAME_TAKEN, INVALID_INPUT. */
    create(input: NewServer, actor: Actor): Promise<ServerView>;
    update(id: string, input: Partial<NewServer>, actor: Actor): Promise<ServerView>;
    /** Pins the key that the server offered last; refuses when `fingerprint` is not that one. */
    approveHostKey(id: string, fingerprint: string, actor: Actor): Promise<void>;
    /** Starts probe-host for the rows (all when empty) and what hangs on them; returns the operation's id. */
    check(id: string, rows: CheckRow[], actor: Actor): Promise<string>;
    /** Starts install-key: logs in once with the password and adds our public key. */
    installKey(id: string, password: Secret, actor: Actor): Promise<string>;
    /** What removing it would do. `takeKey`: also take the key that Tandem made out of authorized_keys. */
    removalPlan(id: string, takeKey: boolean): Promise<Plan>;
    /** Starts exactly that plan; rejects STALE_VIEW, IN_USE with what needs the server. Answers the operation's id. */
    remove(request: ServerRemovalRequest, actor: Actor): Promise<string>;
  };
  pairs: {
    list(): Promise<PairView[]>;
    get(id: string): Promise<PairView>;
    history(id: string, range: HistoryRange): Promise<HistoryPoint[]>;
    events(id: string, limit: number): Promise<{ atMs: number; code: string; severity: string }[]>;
  };
  drafts: {
    list(): Promise<DraftView[]>;
    create(kind: DraftData['kind'], actor: Actor): Promise<DraftView>;
    get(id: string): Promise<DraftView>;
    /** `rolePassword` goes with an adopted pair's given role; null = the stored one stays. */
    save(id: string, data: DraftData, rolePassword: Secret | null, actor: Actor): Promise<DraftView>;
    remove(id: string, actor: Actor): Promise<void>;
    /** Starts making the plan when needed; poll it. `fresh` discards an earlier one. */
    plan(id: string, fresh: boolean, actor: Actor): Promise<PlanAnswer>;
    /** Starts the operation of exactly this plan; rejects STALE_VIEW, INVALID_INPUT (confirmation). */
    approve(
      id: string,
      planId: string,
      planHash: string,
      confirmation: string | null,
      actor: Actor,
    ): Promise<string>;
    /** The network between the chosen servers as it was last examined. Starts nothing. Rejects NOT_FOUND. */
    network(id: string): Promise<DraftNetworkAnswer>;
    /** Starts examining it; then poll `network`. Rejects NOT_FOUND, INVALID_INPUT (servers not chosen). */
    examine(id: string, actor: Actor): Promise<DraftNetworkAnswer>;
    /** The plan as a shell script for people who want to do it themselves. */
    exportScript(id: string, planId: string): Promise<string>;
  };
  changes: {
    /**
     * The newest look for this kind of change and whether it is fresh; asking keeps the worker looking
     * every 2 s for a while. Null = the worker has not looked yet: ask again.
     */
    assess(pairId: string, kind: ChangeKind, way: ChangeWay | null): Promise<AssessmentAnswer>;
    /**
     * Starts exactly what was shown. Rejects STALE_VIEW with the differences when the state got worse
     * since, INVALID_INPUT naming the field (confirmation, ticks, reason, outageLimitMs),
     * GATE_FAILED, OPERATION_ALREADY_RUNNING. The same key lands on the run that has it.
     */
    start(request: ChangeRequest, actor: Actor): Promise<string>;
    /** Judges certificates of the admin's own for this pair; stores and changes nothing. Rejects NOT_FOUND. */
    checkCertificates(pairId: string, given: OwnCertificates): Promise<CertificatesVerdict>;
    /**
     * Two nodes write: fences the one that the person names, and records the other as the primary.
     * `confirmation` is the fenced server's name. Rejects INVALID_INPUT; answers the operation's id.
     */
    fence(pairId: string, instanceId: string, confirmation: string, actor: Actor): Promise<string>;
    /** Runs everything short of changing anything and keeps the result; answers the operation's id. */
    rehearse(pairId: string, actor: Actor): Promise<string>;
  };
  operations: {
    list(limit: number): Promise<OperationSummary[]>;
    get(id: string): Promise<OperationView>;
    log(id: string, afterSeq: number, limit: number): Promise<OperationLogLine[]>;
    cancel(id: string, actor: Actor): Promise<void>;
    retry(id: string, actor: Actor): Promise<void>;
    undo(id: string, actor: Actor): Promise<void>;
    close(id: string, note: string, actor: Actor): Promise<void>;
    /** What the old primary wrote and nobody else saw, as pg_waldump prints it; audited. Rejects NOT_FOUND. */
    lostWal(id: string, actor: Actor): Promise<{ text: string; cut: boolean }>;
  };
  containers: {
    /** Starts making the plan when needed; poll it with the same key. */
    plan(wish: ContainerWish, key: string, actor: Actor): Promise<PlanAnswer>;
    /** Starts exactly that plan; answers the operation's id. Rejects STALE_VIEW, GATE_FAILED, OPERATION_ALREADY_RUNNING. */
    make(request: { planId: string; planHash: string }, actor: Actor): Promise<string>;
  };
  releases: {
    /** Starts making the plan when needed; poll it with the same key. Rejects NOT_FOUND. */
    plan(wish: ReleaseWish, key: string, actor: Actor): Promise<ReleaseAnswer>;
    /** Starts exactly that plan; answers the operation's id. Rejects STALE_VIEW, GATE_FAILED, OPERATION_ALREADY_RUNNING. */
    start(request: { planId: string; planHash: string }, actor: Actor): Promise<string>;
  };
  network: {
    /** Starts looking when needed; poll it with the same key. Rejects NOT_FOUND. */
    examine(pairId: string, key: string, actor: Actor): Promise<NetworkAnswer>;
  };
  preparations: {
    /** Starts making the plan when needed; poll it with the same key. Rejects NOT_FOUND. */
    plan(serverId: string, wish: HostWishRequest, key: string, actor: Actor): Promise<PlanAnswer>;
    /** Rejects STALE_VIEW, GATE_FAILED, OPERATION_ALREADY_RUNNING. Answers the operation. */
    start(request: PreparationRequest, actor: Actor): Promise<string>;
  };
  removals: {
    /** Starts making the plan when needed; poll it with the same key. Rejects NOT_FOUND, GATE_FAILED. */
    plan(pairId: string, keep: RemovalKeep, key: string, actor: Actor): Promise<PlanAnswer>;
    /** Rejects STALE_VIEW, GATE_FAILED, INVALID_INPUT (confirmation), OPERATION_ALREADY_RUNNING. */
    start(request: RemovalRequest, actor: Actor): Promise<string>;
  };
  hooks: {
    /** In the order in which they are called within their moment. Rejects NOT_FOUND. */
    list(pairId: string): Promise<HookView[]>;
    /** `hookId` null adds one. Rejects NOT_FOUND, INVALID_INPUT with the field. Answers the hook's id. */
    save(
      pairId: string,
      hookId: string | null,
      draft: HookDraft,
      token: HookToken,
      actor: Actor,
    ): Promise<string>;
    remove(pairId: string, hookId: string, actor: Actor): Promise<void>;
    /** Tries the harmless checks of one hook, null = of all; answers the operation's id. */
    check(pairId: string, hookId: string | null, actor: Actor): Promise<string>;
    /** What that operation saw; null = it has not ended. Rejects NOT_FOUND, and with the problem of one that failed. */
    checked(operationId: string): Promise<HookLook[] | null>;
  };
  clients: {
    /** Client routes of a pair, as they were entered. */
    routes(pairId: string): Promise<RouteView[]>;
    /** `routeId` null adds one. Rejects NOT_FOUND, INVALID_INPUT with the field. Answers the route's id. */
    saveRoute(
      pairId: string,
      routeId: string | null,
      draft: RouteDraft,
      passwords: RoutePasswords,
      actor: Actor,
    ): Promise<string>;
    removeRoute(pairId: string, routeId: string, actor: Actor): Promise<void>;
    /** Where routes lead and who is connected to the standby; asking keeps the worker looking for a while. */
    look(pairId: string): Promise<ClientsAnswer>;
    /** Starts ending sessions of the standby; rejects NOT_FOUND, INVALID_INPUT. Answers the operation's id. */
    endSessions(request: EndSessionsRequest, actor: Actor): Promise<string>;
  };
  slots: {
    /** Of all pairs whose nodes answer. */
    list(): Promise<SlotView[]>;
    /** Rejects NOT_FOUND, INVALID_INPUT (confirmation); the run looks at the slot anew. */
    drop(request: DropSlotRequest, actor: Actor): Promise<string>;
  };
  audit: {
    /** Newest first, below the entry `before`; `next` continues. */
    list(
      filter: AuditFilter,
      before: string | null,
      limit: number,
    ): Promise<{ entries: StoredAuditEntry[]; next: string | null }>;
    names(): Promise<{ actors: string[]; actions: string[] }>;
    /** Walks the whole chain. */
    verify(): Promise<ChainVerdict>;
    /** Oldest first, for an export. */
    all(filter: AuditFilter): AsyncIterable<StoredAuditEntry>;
  };
  /** What to do by hand when Tandem is gone. */
  runbooks: {
    /** Rejects NOT_FOUND, and GATE_FAILED for a pair that is not prepared. */
    get(pairId: string): Promise<{ pairName: string; blocks: RunbookBlock[] }>;
  };
  history: {
    /** Newest first, before a moment; `next` continues. */
    ofPair(
      pairId: string,
      beforeMs: number | null,
      limit: number,
    ): Promise<{ items: HistoryItem[]; next: number | null }>;
  };
  tokens: {
    /** The person's own, newest first. */
    list(actor: Actor): Promise<TokenView[]>;
    /** The token's text is in this answer only. */
    create(
      token: { name: string; scope: TokenScope; days: number },
      actor: Actor,
    ): Promise<{ text: string; token: TokenView }>;
    /** Rejects NOT_FOUND. */
    revoke(id: string, actor: Actor): Promise<void>;
  };
  live: {
    /**
     * Ticks and notices from `lastEventId` on (replayed from the ring when it is known), then live;
     * `reset` tells the client that it missed something and must refetch history. Ends with the signal.
     */
    stream(lastEventId: string | null, signal: AbortSignal): AsyncIterable<LiveEvent>;
  };
}

export type LiveEvent = { id: string; message: LiveMessage } | { id: string; reset: true };
