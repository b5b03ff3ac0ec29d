-- CreateTable
CREATE TABLE "last_primary" (
    "pairId" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "flushLsn" TEXT NOT NULL,
    "walBytesPerSecond" DOUBLE PRECISION,
    "commitsPerSecond" DOUBLE PRECISION,
    "synchronous" BOOLEAN NOT NULL,
    "watchedUntil" TIMESTAMPTZ(3) NOT NULL,
    "unwatchedMs" INTEGER NOT NULL,

    CONSTRAINT "last_primary_pkey" PRIMARY KEY ("pairId")
);

-- CreateTable
CREATE TABLE "loss_record" (
    "pairId" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "changeId" TEXT,
    "rejoinId" TEXT NOT NULL,
    "measuredAt" TIMESTAMPTZ(3) NOT NULL,
    "transactions" INTEGER NOT NULL,
    "committedBytes" BIGINT NOT NULL,
    "relations" JSONB NOT NULL,
    "atMostTransactions" INTEGER,
    "atMostBytes" BIGINT,
    "exceeded" BOOLEAN NOT NULL,
    "walText" BYTEA NOT NULL,
    "walTextBytes" INTEGER NOT NULL,
    "walTextCut" BOOLEAN NOT NULL,

    CONSTRAINT "loss_record_pkey" PRIMARY KEY ("pairId","epoch")
);

-- CreateIndex
CREATE INDEX "loss_record_changeId_idx" ON "loss_record"("changeId");

-- CreateIndex
CREATE INDEX "loss_record_rejoinId_idx" ON "loss_record"("rejoinId");

-- AddForeignKey
ALTER TABLE "last_primary" ADD CONSTRAINT "last_primary_pairId_fkey" FOREIGN KEY ("pairId") REFERENCES "pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "loss_record" ADD CONSTRAINT "loss_record_pairId_fkey" FOREIGN KEY ("pairId") REFERENCES "pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;
