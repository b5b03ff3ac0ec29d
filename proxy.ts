import { NextResponse, type NextRequest } from 'next/server';

const development = process.env.NODE_ENV === 'development';

/**
 * Gives each page its content security policy: scripts run only with this request's nonce. Next.js
 * reads the nonce from the request's header and puts it on its own scripts. Inline styles stay
 * allowed, because React and the charts set `style` attributes.
 */
export function proxy(request: NextRequest): NextResponse {
  const policy = contentSecurityPolicy(Buffer.from(crypto.randomUUID()).toString('base64'));
  const requestHeaders = new Headers(request.headers);
  requestHeaders.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers: requestHeaders } });
  response.headers.set('content-security-policy', policy);
  if (process.env['TANDEM_URL']?.startsWith('https:')) {
    response.headers.set('strict-transport-security', 'max-age=31536000');
  }
  return response;
}

function contentSecurityPolicy(nonce: string): string {
  // React's development build calls eval to show server-side stacks; production needs none.
  const evaluation = development ? " 'unsafe-eval'" : '';
  return [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${evaluation}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data: blob:`,
    `font-src 'self'`,
    `connect-src 'self'${development ? ' ws:' : ''}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}

export const config = { matcher: ['/((?!api/|_next/static|_next/image|favicon.ico).*)'] };
