-- CreateTable
CREATE TABLE "personal_token" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "personal_token_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "personal_token_prefix_key" ON "personal_token"("prefix");

-- CreateIndex
CREATE INDEX "personal_token_userId_idx" ON "personal_token"("userId");

-- AddForeignKey
ALTER TABLE "personal_token" ADD CONSTRAINT "personal_token_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed lists
ALTER TABLE "personal_token" ADD CONSTRAINT "personal_token_scope_closed" CHECK ("scope" IN ('read', 'operate'));
