-- Replication that is encrypted with an authority of the pair's own.
ALTER TABLE "pair" ADD COLUMN     "tls" JSONB;
