-- AlterTable
ALTER TABLE "pair" ADD COLUMN     "detached" JSONB;
