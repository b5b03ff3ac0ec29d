import type { Secret } from '#server/domain/secret.ts';

export type Language = 'en' | 'de';

export const TOKEN_SCOPES = ['read', 'operate'] as const;
/** `read` looks at everything and changes nothing; `operate` may do what the person may. */
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** Who makes a request. */
export interface SignedIn {
  sessionId: string;
  userId: string;
  name: string;
  email: string;
  language: Language;
  /** The personal token that speaks for the person; null = the person, in a browser. */
  token: { id: string; scope: TokenScope } | null;
}

export interface Claim {
  name: string;
  email: string;
  password: Secret;
  language: Language;
  /** Needed when the console is reachable from other machines; printed by the launcher. */
  token: string | null;
}

/** People and their sessions. */
export interface Identity {
  /** Null = nobody, or a session that has ended. */
  sessionOf(headers: Headers): Promise<SignedIn | null>;
  setupStatus(): Promise<{ claimed: boolean; tokenRequired: boolean }>;
  /**
   * Creates the first and only administrator and signs in; returns the Set-Cookie headers.
   * Rejects ALREADY_CLAIMED (the database decides a race), SETUP_TOKEN_WRONG, INVALID_INPUT.
   */
  claim(claim: Claim, headers: Headers): Promise<string[]>;
  /** Sign-in, sign-out and session requests below /api/auth. */
  answer(request: Request): Promise<Response>;
}

/** The tables behind an Identity that no library knows of. */
export interface IdentityRows {
  isClaimed(): Promise<boolean>;
  /** Creates user and password in the transaction that claims the installation; false = somebody was first. */
  claim(user: {
    id: string;
    name: string;
    email: string;
    language: Language;
    passwordHash: string;
  }): Promise<boolean>;
  /** Counts one more event under the key within the running window of `windowMs`; returns the number so far. */
  countWithin(key: string, windowMs: number, nowMs: number): Promise<number>;
  /** The number so far, without counting. */
  countSoFar(key: string, windowMs: number, nowMs: number): Promise<number>;
  forgetCount(key: string): Promise<void>;
  /** Sets the password of the administrator and ends all sessions; returns the e-mail address, null = not claimed. */
  resetPassword(passwordHash: string): Promise<string | null>;
}
