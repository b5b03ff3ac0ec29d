-- Kinds of looks: replay and its pause, a standby that is let go and comes back, encrypted replication.
ALTER TABLE "pair_assessment" DROP CONSTRAINT "pair_assessment_kind_closed";
ALTER TABLE "pair_assessment" ADD CONSTRAINT "pair_assessment_kind_closed" CHECK ("kind" IN ('switchover', 'failover', 'rejoin', 'prepare', 'start-gate', 'pause-replay', 'resume-replay', 'detach', 'attach', 'encrypt'));
