/** Which request something was done in, and where that came from. */
export interface RequestOrigin {
  requestId: string;
  /** Null = not known. */
  address: string | null;
}

/** Carries the origin of a request to whatever is done in it, without handing it from call to call. */
export interface RequestOrigins {
  run<T>(origin: RequestOrigin, work: () => Promise<T>): Promise<T>;
  /** Null = nothing asked from outside, as in a worker. */
  current(): RequestOrigin | null;
}
