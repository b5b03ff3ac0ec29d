-- Kinds of looks: a primary that its start gate holds.
ALTER TABLE "pair_assessment" DROP CONSTRAINT "pair_assessment_kind_closed";
ALTER TABLE "pair_assessment" ADD CONSTRAINT "pair_assessment_kind_closed" CHECK ("kind" IN ('switchover', 'failover', 'rejoin', 'prepare', 'start-gate', 'pause-replay', 'resume-replay', 'detach', 'attach', 'encrypt', 'open-primary'));
