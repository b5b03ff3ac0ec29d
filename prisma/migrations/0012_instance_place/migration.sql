-- DropIndex
DROP INDEX "instance_serverId_dataDirectory_key";

-- CreateIndex
CREATE INDEX "instance_serverId_idx" ON "instance"("serverId");
