-- AlterTable
ALTER TABLE "instance" ADD COLUMN     "configDirectory" TEXT,
ADD COLUMN     "name" TEXT;
