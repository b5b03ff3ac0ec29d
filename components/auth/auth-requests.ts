/** Why the sign-in did not work, as far as the person may know. */
export type SignInFailure = 'wrong' | 'too-many' | 'unreachable' | 'refused';

async function post(path: string, body: unknown): Promise<Response | null> {
  return fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  }).catch(() => null);
}

/** Null when it worked: the session cookie is set then. */
export async function signIn(email: string, password: string): Promise<SignInFailure | null> {
  const answer = await post('/api/auth/sign-in/email', { email, password });
  if (answer === null || answer.status >= 502) return 'unreachable';
  if (answer.ok) return null;
  if (answer.status === 429) return 'too-many';
  return answer.status === 401 ? 'wrong' : 'refused';
}

/** Ends the session; also when the server does not answer, the person is led to the sign-in page. */
export async function signOut(): Promise<void> {
  await post('/api/auth/sign-out', {});
}
