-- AlterTable
ALTER TABLE "pair" ADD COLUMN     "hooks" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "mustRejoinInstanceId" TEXT,
ADD COLUMN     "routes" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "pair_assessment" (
    "pairId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "wantedUntil" TIMESTAMPTZ(3),
    "wantedWay" TEXT,
    "takenAt" TIMESTAMPTZ(3),
    "result" JSONB,
    "input" JSONB,

    CONSTRAINT "pair_assessment_pkey" PRIMARY KEY ("pairId","kind")
);

-- CreateTable
CREATE TABLE "pending_fence" (
    "id" TEXT NOT NULL,
    "pairId" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "instanceId" TEXT NOT NULL,
    "serverName" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "setAt" TIMESTAMPTZ(3),

    CONSTRAINT "pending_fence_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "pending_fence_state_idx" ON "pending_fence"("state");

-- AddForeignKey
ALTER TABLE "pair_assessment" ADD CONSTRAINT "pair_assessment_pairId_fkey" FOREIGN KEY ("pairId") REFERENCES "pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pending_fence" ADD CONSTRAINT "pending_fence_pairId_fkey" FOREIGN KEY ("pairId") REFERENCES "pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed lists
ALTER TABLE "pair_assessment" ADD CONSTRAINT "pair_assessment_kind_closed" CHECK ("kind" IN ('switchover', 'failover', 'rejoin'));
ALTER TABLE "pending_fence" ADD CONSTRAINT "pending_fence_state_closed" CHECK ("state" IN ('pending', 'set', 'conflict'));
