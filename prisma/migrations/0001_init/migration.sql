-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailVerified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "language" TEXT NOT NULL DEFAULT 'en',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "ipAddress" TEXT,
    "userAgent" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "accessToken" TEXT,
    "refreshToken" TEXT,
    "idToken" TEXT,
    "accessTokenExpiresAt" TIMESTAMPTZ(3),
    "refreshTokenExpiresAt" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "lastRequest" BIGINT NOT NULL,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "secret" (
    "id" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "nonce" BYTEA NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "purpose" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "server" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "username" TEXT NOT NULL,
    "credentialKind" TEXT NOT NULL,
    "privateKeyId" TEXT,
    "passphraseId" TEXT,
    "sudoPasswordId" TEXT,
    "publicKey" TEXT NOT NULL,
    "jumpServerId" TEXT,
    "hostKey" TEXT,
    "hostKeyType" TEXT,
    "hostKeyFingerprint" TEXT,
    "hostKeyApprovedBy" TEXT,
    "offeredHostKey" TEXT,
    "offeredHostKeyType" TEXT,
    "offeredHostKeyFingerprint" TEXT,
    "stateDirectory" TEXT,
    "status" TEXT NOT NULL DEFAULT 'draft',
    "checks" JSONB NOT NULL DEFAULT '{}',
    "facts" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "verifiedAt" TIMESTAMPTZ(3),

    CONSTRAINT "server_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "instance" (
    "id" TEXT NOT NULL,
    "serverId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "dataDirectory" TEXT NOT NULL,
    "binDirectory" TEXT NOT NULL,
    "osOwner" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "socketDirectory" TEXT,
    "majorVersion" INTEGER NOT NULL,
    "systemIdentifier" TEXT NOT NULL,
    "address" TEXT,
    "superuser" TEXT NOT NULL,
    "monitorRole" TEXT,
    "monitorSecretId" TEXT,
    "monitorRoleGiven" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "instance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pair" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "environment" TEXT NOT NULL DEFAULT 'production',
    "epoch" INTEGER NOT NULL DEFAULT 1,
    "slotName" TEXT,
    "mode" TEXT NOT NULL DEFAULT 'asynchronous',
    "replicationRole" TEXT,
    "rewindRole" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pair_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pair_member" (
    "instanceId" TEXT NOT NULL,
    "pairId" TEXT NOT NULL,
    "role" TEXT NOT NULL,

    CONSTRAINT "pair_member_pkey" PRIMARY KEY ("instanceId")
);

-- CreateTable
CREATE TABLE "setup_draft" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "createdBy" TEXT NOT NULL,
    "operationId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "setup_draft_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operation" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "planHash" TEXT NOT NULL,
    "pairId" TEXT,
    "serverId" TEXT,
    "title" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "pins" JSONB NOT NULL,
    "plan" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "cursor" INTEGER NOT NULL DEFAULT 0,
    "committed" BOOLEAN NOT NULL DEFAULT false,
    "leaseOwner" TEXT,
    "leaseToken" BIGINT NOT NULL DEFAULT 0,
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "cancelRequestedAt" TIMESTAMPTZ(3),
    "startedBy" TEXT NOT NULL,
    "idempotencyKey" TEXT,
    "problem" JSONB,
    "note" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "operation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "step_attempt" (
    "id" BIGSERIAL NOT NULL,
    "operationId" TEXT NOT NULL,
    "stepName" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "leaseToken" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "remembered" JSONB,
    "progress" JSONB,
    "output" JSONB,
    "problem" JSONB,

    CONSTRAINT "step_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operation_log" (
    "operationId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "stepName" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "stream" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "operation_log_pkey" PRIMARY KEY ("operationId","seq")
);

-- CreateTable
CREATE TABLE "operation_lock" (
    "resourceId" TEXT NOT NULL,
    "operationId" TEXT NOT NULL,

    CONSTRAINT "operation_lock_pkey" PRIMARY KEY ("resourceId")
);

-- CreateTable
CREATE TABLE "lag_rollup" (
    "pairId" TEXT NOT NULL,
    "resolution" INTEGER NOT NULL,
    "bucketStart" TIMESTAMPTZ(3) NOT NULL,
    "samples" INTEGER NOT NULL,
    "notReceivedMin" BIGINT,
    "notReceivedMax" BIGINT,
    "notReceivedAvg" DOUBLE PRECISION,
    "notReceivedLast" BIGINT,
    "replayDelayMax" DOUBLE PRECISION,
    "replayDelayAvg" DOUBLE PRECISION,
    "replayDelayLast" DOUBLE PRECISION,
    "notReplayedMax" BIGINT,
    "notReplayedAvg" DOUBLE PRECISION,
    "walRateMax" DOUBLE PRECISION,
    "walRateAvg" DOUBLE PRECISION,
    "slotRetainedMax" BIGINT,
    "commitsAvg" DOUBLE PRECISION,

    CONSTRAINT "lag_rollup_pkey" PRIMARY KEY ("pairId","resolution","bucketStart")
);

-- CreateTable
CREATE TABLE "pair_event" (
    "id" BIGSERIAL NOT NULL,
    "pairId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "code" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "evidence" JSONB NOT NULL,

    CONSTRAINT "pair_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker_heartbeat" (
    "workerId" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "worker_heartbeat_pkey" PRIMARY KEY ("workerId")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT,
    "details" JSONB NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_userId_idx" ON "session"("userId");

-- CreateIndex
CREATE INDEX "account_userId_idx" ON "account"("userId");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "rate_limit_key_key" ON "rate_limit"("key");

-- CreateIndex
CREATE UNIQUE INDEX "server_name_key" ON "server"("name");

-- CreateIndex
CREATE UNIQUE INDEX "instance_serverId_dataDirectory_key" ON "instance"("serverId", "dataDirectory");

-- CreateIndex
CREATE UNIQUE INDEX "pair_name_key" ON "pair"("name");

-- CreateIndex
CREATE UNIQUE INDEX "pair_member_pairId_role_key" ON "pair_member"("pairId", "role");

-- CreateIndex
CREATE UNIQUE INDEX "operation_idempotencyKey_key" ON "operation"("idempotencyKey");

-- CreateIndex
CREATE INDEX "operation_status_idx" ON "operation"("status");

-- CreateIndex
CREATE INDEX "operation_createdAt_idx" ON "operation"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "step_attempt_operationId_stepName_direction_attempt_key" ON "step_attempt"("operationId", "stepName", "direction", "attempt");

-- CreateIndex
CREATE INDEX "operation_lock_operationId_idx" ON "operation_lock"("operationId");

-- CreateIndex
CREATE INDEX "pair_event_pairId_at_idx" ON "pair_event"("pairId", "at");

-- CreateIndex
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "server" ADD CONSTRAINT "server_jumpServerId_fkey" FOREIGN KEY ("jumpServerId") REFERENCES "server"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "instance" ADD CONSTRAINT "instance_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "server"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pair_member" ADD CONSTRAINT "pair_member_instanceId_fkey" FOREIGN KEY ("instanceId") REFERENCES "instance"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pair_member" ADD CONSTRAINT "pair_member_pairId_fkey" FOREIGN KEY ("pairId") REFERENCES "pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "step_attempt" ADD CONSTRAINT "step_attempt_operationId_fkey" FOREIGN KEY ("operationId") REFERENCES "operation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operation_log" ADD CONSTRAINT "operation_log_operationId_fkey" FOREIGN KEY ("operationId") REFERENCES "operation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operation_lock" ADD CONSTRAINT "operation_lock_operationId_fkey" FOREIGN KEY ("operationId") REFERENCES "operation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lag_rollup" ADD CONSTRAINT "lag_rollup_pairId_fkey" FOREIGN KEY ("pairId") REFERENCES "pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pair_event" ADD CONSTRAINT "pair_event_pairId_fkey" FOREIGN KEY ("pairId") REFERENCES "pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed lists
ALTER TABLE "user" ADD CONSTRAINT "user_language_closed" CHECK ("language" IN ('en', 'de'));
ALTER TABLE "server" ADD CONSTRAINT "server_credentialKind_closed" CHECK ("credentialKind" IN ('generated-key', 'private-key'));
ALTER TABLE "server" ADD CONSTRAINT "server_status_closed" CHECK ("status" IN ('draft', 'verified'));
ALTER TABLE "instance" ADD CONSTRAINT "instance_kind_closed" CHECK ("kind" IN ('plain', 'docker', 'debian', 'systemd'));
ALTER TABLE "pair" ADD CONSTRAINT "pair_environment_closed" CHECK ("environment" IN ('production', 'staging', 'development'));
ALTER TABLE "pair" ADD CONSTRAINT "pair_mode_closed" CHECK ("mode" IN ('asynchronous', 'synchronous'));
ALTER TABLE "pair_member" ADD CONSTRAINT "pair_member_role_closed" CHECK ("role" IN ('primary', 'standby'));
ALTER TABLE "setup_draft" ADD CONSTRAINT "setup_draft_kind_closed" CHECK ("kind" IN ('new-standby', 'adopt'));
ALTER TABLE "operation" ADD CONSTRAINT "operation_status_closed" CHECK ("status" IN ('queued', 'running', 'undoing', 'succeeded', 'undone', 'cancelled', 'needs-attention', 'closed'));
ALTER TABLE "step_attempt" ADD CONSTRAINT "step_attempt_direction_closed" CHECK ("direction" IN ('forward', 'undo'));
ALTER TABLE "step_attempt" ADD CONSTRAINT "step_attempt_status_closed" CHECK ("status" IN ('started', 'done', 'already-done', 'failed', 'interrupted'));
ALTER TABLE "operation_log" ADD CONSTRAINT "operation_log_stream_closed" CHECK ("stream" IN ('engine', 'stdout', 'stderr'));
ALTER TABLE "lag_rollup" ADD CONSTRAINT "lag_rollup_resolution_closed" CHECK ("resolution" IN (10, 60, 3600));
