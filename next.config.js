import { PHASE_PRODUCTION_SERVER } from 'next/constants.js';

/** For every answer; the content security policy has a nonce and comes from proxy.ts. */
const securityHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
};

/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // npm run check does it, once; here it would double the time until the first start.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['pg', 'pino', 'pg-boss', 'better-auth'],
  headers: () => [
    { source: '/:path*', headers: Object.entries(securityHeaders).map(([key, value]) => ({ key, value })) },
  ],
};

/**
 * The translations' plugin only prepares a build. A server that runs does without it: it loads a
 * compiler that refuses its cache folder inside a user namespace, where an ordinary user's demo runs.
 */
export default async function configure(phase) {
  if (phase === PHASE_PRODUCTION_SERVER) return config;
  const { default: createNextIntlPlugin } = await import('next-intl/plugin');
  return createNextIntlPlugin('./app/i18n/request.ts')(config);
}
