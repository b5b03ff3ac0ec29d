-- Fencing tokens are compared on hosts, per instance and across operations: one sequence for all of them.
CREATE SEQUENCE "lease_token" AS BIGINT;
