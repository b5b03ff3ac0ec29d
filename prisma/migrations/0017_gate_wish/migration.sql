-- AlterTable
ALTER TABLE "pair" ADD COLUMN     "gateWish" TEXT;

-- Closed lists
ALTER TABLE "pair" ADD CONSTRAINT "pair_gateWish_closed" CHECK ("gateWish" IN ('while-attached', 'read-only', 'writable'));
