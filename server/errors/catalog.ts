/**
 * Every error code with its category. The category decides what the engine does and which status
 * the API answers; texts for people live in messages/*.json under `errors.<CODE>` for codes that
 * a person meets, with the error's own message as detail.
 */
export const ERROR_CATEGORIES = {
  /** Bad input: nothing was changed. */
  input: { http: 'BAD_REQUEST' },
  /** The world is not in the state that the step needs: fail, undo. */
  precondition: { http: 'PRECONDITION_FAILED' },
  /** Somebody else is doing it, or the view was stale. */
  conflict: { http: 'CONFLICT' },
  /** A host did not answer: retry with backoff. */
  unreachable: { http: 'PRECONDITION_FAILED' },
  /** A host refused us or is not who it was: never retried by itself. */
  refused: { http: 'PRECONDITION_FAILED' },
  /** The answer was lost: probe until known; never redo or undo blindly. */
  'unknown-outcome': { http: 'INTERNAL_SERVER_ERROR' },
  /** A command on a host failed. */
  'remote-command': { http: 'INTERNAL_SERVER_ERROR' },
  /** PostgreSQL answered with an error (SQLSTATE in data.sqlstate). */
  postgres: { http: 'INTERNAL_SERVER_ERROR' },
  /** Going on could lose data or make two primaries: stop, ask. */
  unsafe: { http: 'PRECONDITION_FAILED' },
  /** Sign-in and rights. */
  auth: { http: 'UNAUTHORIZED' },
  /** Known, but not allowed to do this. */
  forbidden: { http: 'FORBIDDEN' },
  /** Too often: wait. */
  limited: { http: 'TOO_MANY_REQUESTS' },
  'not-found': { http: 'NOT_FOUND' },
  /** Ours: stop, ask. */
  bug: { http: 'INTERNAL_SERVER_ERROR' },
} as const;
export type ErrorCategory = keyof typeof ERROR_CATEGORIES;

const row = <C extends ErrorCategory>(category: C) => ({ category });

export const ERROR_CATALOG = {
  INVALID_INPUT: row('input'),
  INVALID_CONFIGURATION: row('input'),
  NAME_TAKEN: row('conflict'),
  NOT_FOUND: row('not-found'),
  CONTAINER_MISSING: row('precondition'),
  NOT_SIGNED_IN: row('auth'),
  SETUP_TOKEN_WRONG: row('auth'),
  ACCESS_TOKEN_REFUSED: row('auth'),
  ACCESS_TOKEN_READ_ONLY: row('forbidden'),
  PERSON_NEEDED: row('forbidden'),
  TOO_MANY_ATTEMPTS: row('limited'),
  ORIGIN_REFUSED: row('refused'),
  ALREADY_CLAIMED: row('not-found'),
  STALE_VIEW: row('conflict'),
  OPERATION_ALREADY_RUNNING: row('conflict'),
  OPERATION_NOT_IN_STATE: row('conflict'),
  IN_USE: row('conflict'),
  MASTER_KEY_MISSING: row('input'),
  MASTER_KEY_WRONG: row('input'),
  CONTROL_DATABASE_UNREACHABLE: row('unreachable'),
  CONTROL_DATABASE_IS_MANAGED: row('unsafe'),

  SSH_NAME_NOT_RESOLVED: row('refused'),
  SSH_CONNECTION_REFUSED: row('unreachable'),
  SSH_TIMEOUT_CONNECT: row('unreachable'),
  SSH_CONNECTION_LOST: row('unreachable'),
  SSH_NO_ROUTE: row('unreachable'),
  SSH_NOT_AN_SSH_SERVER: row('refused'),
  SSH_HOST_KEY_UNKNOWN: row('refused'),
  HOST_KEY_CHANGED: row('refused'),
  SSH_ALGORITHMS_NOT_SHARED: row('refused'),
  SSH_LOGIN_REFUSED: row('refused'),
  SSH_PASSWORD_REFUSED: row('refused'),
  SSH_KEY_UNREADABLE: row('input'),
  SSH_TOO_MANY_FAILURES: row('refused'),
  SSH_FORWARDING_REFUSED: row('refused'),
  FORWARD_NOT_ACCEPTED: row('unreachable'),
  SUDO_REFUSED: row('refused'),

  /** A downloaded key is not the one that it should be. */
  KEY_NOT_TRUSTED: row('refused'),
  /** apt or dpkg is at work for somebody else. */
  PACKAGES_BUSY: row('precondition'),
  PACKAGES_NOT_INSTALLED: row('remote-command'),
  COMMAND_FAILED: row('remote-command'),
  COMMAND_ANSWER_LOST: row('unknown-outcome'),
  FILE_NOT_FOUND: row('remote-command'),
  LEASE_LOST: row('unknown-outcome'),
  FENCING_TOKEN_STALE: row('conflict'),
  CANCELLED: row('conflict'),
  DEADLINE_EXCEEDED: row('unknown-outcome'),

  PG_ERROR: row('postgres'),
  PG_NOT_ACCEPTING_CONNECTIONS: row('unreachable'),
  PG_AUTHENTICATION_FAILED: row('refused'),
  UNSUPPORTED_MAJOR: row('input'),
  INSTANCE_NOT_SUPPORTED: row('precondition'),

  GATE_FAILED: row('precondition'),
  HOOK_FAILED: row('precondition'),
  EFFECT_NOT_REACHED: row('unknown-outcome'),
  SYSTEM_ID_MISMATCH: row('unsafe'),
  TWO_PRIMARIES: row('unsafe'),
  WOULD_LOSE_DATA: row('unsafe'),
  WORLD_CHANGED: row('unsafe'),
  UNDO_FAILED: row('unsafe'),
  PLAN_MISMATCH: row('bug'),
  ASSERTION: row('bug'),
} as const satisfies Record<string, { category: ErrorCategory }>;

export type ErrorCode = keyof typeof ERROR_CATALOG;
