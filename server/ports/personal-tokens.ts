import type { Language, SignedIn, TokenScope } from './identity.ts';

/** A personal token without its text, which nobody but its owner has. */
export interface StoredToken {
  id: string;
  userId: string;
  name: string;
  scope: TokenScope;
  /** Public part of the text. */
  prefix: string;
  createdAtMs: number;
  expiresAtMs: number;
  lastUsedAtMs: number | null;
  revokedAtMs: number | null;
}

/** Makes tokens for programs and tells whose a presented one is. */
export interface PersonalTokens {
  /** The token's text exists in this answer only. */
  issue(token: {
    userId: string;
    name: string;
    scope: TokenScope;
    expiresAtMs: number;
  }): Promise<{ text: string; stored: StoredToken }>;
  /** Newest first, ended ones included. */
  list(userId: string): Promise<StoredToken[]>;
  /** Null = the person has no such token that still works. */
  revoke(id: string, userId: string): Promise<StoredToken | null>;
  /**
   * Whose token it is; `address` is who asks, as far as known. Rejects ACCESS_TOKEN_REFUSED, and
   * TOO_MANY_ATTEMPTS after too many wrong ones from that address.
   */
  signIn(text: string, address: string | null): Promise<SignedIn>;
}

/** The table behind PersonalTokens. */
export interface PersonalTokenRows {
  insert(token: StoredToken & { hash: string }): Promise<void>;
  list(userId: string): Promise<StoredToken[]>;
  revoke(id: string, userId: string, atMs: number): Promise<StoredToken | null>;
  find(prefix: string): Promise<{
    token: StoredToken;
    hash: string;
    user: { name: string; email: string; language: Language };
  } | null>;
  /** Notes the use, at most once per `everyMs`. */
  touch(id: string, atMs: number, everyMs: number): Promise<void>;
}
