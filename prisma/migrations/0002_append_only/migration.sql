-- What was recorded stays as it was: a finished attempt and an audit entry never change. Rules of
-- the database, so that no code path, present or future, can rewrite history by mistake.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER "step_attempt_finished_is_final" BEFORE UPDATE ON "step_attempt"
  FOR EACH ROW WHEN (OLD."finishedAt" IS NOT NULL) EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "audit_entry_is_final" BEFORE UPDATE OR DELETE ON "audit_entry"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
