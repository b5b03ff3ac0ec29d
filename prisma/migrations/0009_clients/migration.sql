-- CreateTable
CREATE TABLE "pair_clients" (
    "pairId" TEXT NOT NULL,
    "wantedUntil" TIMESTAMPTZ(3),
    "takenAt" TIMESTAMPTZ(3),
    "result" JSONB,

    CONSTRAINT "pair_clients_pkey" PRIMARY KEY ("pairId")
);

-- AddForeignKey
ALTER TABLE "pair_clients" ADD CONSTRAINT "pair_clients_pairId_fkey" FOREIGN KEY ("pairId") REFERENCES "pair"("id") ON DELETE CASCADE ON UPDATE CASCADE;
