-- AlterTable
ALTER TABLE "audit_entry" ADD COLUMN     "address" TEXT,
ADD COLUMN     "canonical" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "hash" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "pairId" TEXT,
ADD COLUMN     "previousHash" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "requestId" TEXT;

-- CreateIndex
CREATE INDEX "audit_entry_pairId_idx" ON "audit_entry"("pairId");


-- Every entry carries a hash over the one before it and its own text, so that a change, a hole or a
-- swap shows. The database fills these columns itself: no code path can add an entry outside the
-- chain, choose its time, or insert between two others that are being written.
CREATE FUNCTION "chain_audit_entry"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last_entry record;
BEGIN
  PERFORM pg_advisory_xact_lock(128017045120366);
  SELECT "id", "hash" INTO last_entry FROM "audit_entry" ORDER BY "id" DESC LIMIT 1;
  NEW."id" := coalesce(last_entry."id", 0) + 1;
  NEW."at" := date_trunc('milliseconds', clock_timestamp());
  NEW."previousHash" := coalesce(last_entry."hash", repeat('0', 64));
  NEW."canonical" := "canonical_audit_entry"(NEW);
  NEW."hash" := encode(sha256(convert_to(NEW."previousHash" || NEW."canonical", 'UTF8')), 'hex');
  RETURN NEW;
END
$$;

CREATE FUNCTION "canonical_audit_entry"("audit_entry") RETURNS text LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'id', $1."id",
    'at', to_char($1."at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'actor', $1."actor",
    'action', $1."action",
    'target', $1."target",
    'details', $1."details",
    'pairId', $1."pairId",
    'requestId', $1."requestId",
    'address', $1."address"
  )::text
$$;

-- Entries from before the chain join it as they stand, without holes.
DROP TRIGGER "audit_entry_is_final" ON "audit_entry";
DO $$
DECLARE
  entry "audit_entry";
  place bigint := 0;
  old_id bigint;
  last_hash text := repeat('0', 64);
BEGIN
  FOR entry IN SELECT * FROM "audit_entry" ORDER BY "id" LOOP
    place := place + 1;
    old_id := entry."id";
    entry."id" := place;
    entry."canonical" := "canonical_audit_entry"(entry);
    entry."hash" := encode(sha256(convert_to(last_hash || entry."canonical", 'UTF8')), 'hex');
    UPDATE "audit_entry" SET "id" = place, "previousHash" = last_hash,
      "canonical" = entry."canonical", "hash" = entry."hash" WHERE "id" = old_id;
    last_hash := entry."hash";
  END LOOP;
END
$$;
CREATE TRIGGER "audit_entry_is_final" BEFORE UPDATE OR DELETE ON "audit_entry"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "audit_entry_is_chained" BEFORE INSERT ON "audit_entry"
  FOR EACH ROW EXECUTE FUNCTION "chain_audit_entry"();
CREATE TRIGGER "audit_entry_stays" BEFORE TRUNCATE ON "audit_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
