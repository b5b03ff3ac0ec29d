/**
 * The architecture as rules: who may import whom. Each comment is what a developer reads on a
 * violation. scripts/check/architecture.test.ts plants one violation per rule.
 */

const TEST = '\\.test\\.tsx?$';

/** Source in `from` may import only its own folder and `allowed` among our own code. */
const onlyImports = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: TEST },
  to: { path: '^(app|components|server|e2e|bench|scripts|prisma)/', pathNot: [from, ...allowed] },
});

/** Only `from` may import the package; types included, because they leak it just as well. */
const packageOnlyIn = (name, packages, from, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: from },
  to: { path: packages.map((each) => `(^|/)node_modules/${each}/`) },
});

const domain = '^server/domain/';
const errors = '^server/errors/';
const ports = '^server/ports/';
const engine = '^server/engine/';
const operations = '^server/operations/';
const services = '^server/services/';

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that need each other, be it for types alone, are one file, or a third is missing.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'This import leads nowhere; a rule cannot judge it either.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['\\.next/', '^next-env'] },
    },
    {
      name: 'domain-is-pure',
      comment:
        'Decisions are pure functions of one observation: no I/O, no packages, no clock. Take values as arguments.',
      severity: 'error',
      from: { path: domain, pathNot: TEST },
      to: { pathNot: [domain, errors], dependencyTypesNot: ['type-only'] },
    },
    onlyImports(
      'domain-knows-only-errors',
      domain,
      [errors],
      'The domain stands at the bottom; whatever it needs belongs into it.',
    ),
    onlyImports('errors-know-nothing', errors, [], 'Everybody imports the errors, so they import nobody.'),
    onlyImports(
      'ports-know-only-domain',
      ports,
      [domain, errors],
      'A port is an interface in words of the domain.',
    ),
    onlyImports(
      'engine-direction',
      engine,
      [ports, domain, errors],
      'The engine runs tables of steps; what a step does comes from outside.',
    ),
    {
      name: 'engine-knows-no-postgres',
      comment: 'The engine must stay able to run any operation: nothing of PostgreSQL, hosts or SQL in it.',
      severity: 'error',
      from: { path: engine, pathNot: TEST },
      to: {
        path: [
          '^server/ports/(host|postgres|sql|inventory|live)',
          '^server/domain/(lsn|conninfo|hba|auto-conf|node-sample|pair-sample)',
        ],
      },
    },
    onlyImports(
      'operations-direction',
      operations,
      [engine, domain, ports, errors],
      'Operations speak to the world through ports only.',
    ),
    onlyImports(
      'monitor-direction',
      '^server/monitor/',
      [domain, ports, errors],
      'The monitor watches through ports; it starts nothing.',
    ),
    onlyImports(
      'services-direction',
      services,
      [engine, operations, domain, ports, errors],
      'Use cases speak to the world through ports only.',
    ),
    onlyImports(
      'trpc-direction',
      '^server/trpc/',
      [services, domain, ports, errors],
      'A procedure parses, calls one service and returns.',
    ),
    onlyImports(
      'config-direction',
      '^server/config/',
      [errors],
      'The configuration is read before anything else exists.',
    ),
    {
      name: 'adapters-direction',
      comment: 'An adapter implements a port; it does not know who uses it.',
      severity: 'error',
      from: { path: '^server/adapters/', pathNot: TEST },
      to: {
        path: '^(app|components|e2e|bench|scripts|server/(engine|operations|monitor|services|trpc|web|worker|launcher|config|testing))/',
      },
    },
    {
      name: 'adapters-only-from-compose',
      comment: 'Only a composition root chooses adapters; ask for the port instead.',
      severity: 'error',
      from: { pathNot: ['^server/(adapters|web|worker|launcher|testing)/', '^(e2e|bench|scripts)/', TEST] },
      to: { path: '^server/adapters/' },
    },
    packageOnlyIn(
      'prisma-only-in-store',
      ['@prisma', 'prisma'],
      ['^server/adapters/store/', '^prisma(/|\\.config)', '^node_modules/'],
      'Prisma stays behind the store adapter, so that the schema can change without a hunt.',
    ),
    packageOnlyIn(
      'ssh2-only-in-adapters-ssh',
      ['ssh2', '@types/ssh2'],
      ['^server/adapters/ssh/', '^node_modules/'],
      'One place knows what ssh2 does; others have HostTransport.',
    ),
    packageOnlyIn(
      'pg-only-in-adapters',
      ['pg', '@types/pg'],
      ['^server/adapters/(sql|store|live)/', '^server/launcher/embedded/', '^(e2e|bench)/', '^node_modules/'],
      'SQL goes through SqlSession or the store.',
    ),
    packageOnlyIn(
      'pg-boss-only-in-queue',
      ['pg-boss'],
      ['^server/adapters/queue/', '^node_modules/'],
      'The queue is replaceable as long as only its adapter knows it.',
    ),
    packageOnlyIn(
      'better-auth-only-in-auth',
      ['better-auth', '@better-auth'],
      ['^server/adapters/auth/', '^node_modules/'],
      'Sign-in is behind the Identity port.',
    ),
    packageOnlyIn(
      'pino-only-in-log',
      ['pino'],
      ['^server/adapters/log/', '^node_modules/'],
      'Redaction is set up in one place.',
    ),
    {
      name: 'trpc-server-only-in-trpc',
      comment: 'TRPCError and procedures live in server/trpc; everybody else throws AppError.',
      severity: 'error',
      from: { pathNot: ['^server/trpc/', '^app/api/trpc/', '^server/web/', '^node_modules/'] },
      to: { path: 'node_modules/@trpc/server/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-never-imports-ssh',
      comment:
        'Only the worker opens SSH: even a connection test is an operation, logged and limited in time.',
      severity: 'error',
      from: { path: '^(app|server/web)/', pathNot: TEST },
      to: {
        path: '^server/adapters/(ssh|sql|runtimes)/',
        // Reading and making keys opens nothing; the web process checks a pasted key at once.
        pathNot: '^server/adapters/ssh/(private-key|host-key)\\.ts$',
        reachable: true,
      },
    },
    {
      name: 'no-server-code-in-components',
      comment: 'Components run in the browser: pure domain functions and types, nothing else of the server.',
      severity: 'error',
      from: { path: '^components/', pathNot: TEST },
      to: {
        path: '^server/',
        pathNot: [domain, '^server/errors/catalog'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'cli-speaks-through-the-api',
      comment:
        'The command line is a client like the browser: types of the server and pure functions, nothing else.',
      severity: 'error',
      from: { path: '^server/cli/', pathNot: TEST },
      to: {
        path: '^(server|app|components|e2e|bench|scripts)/',
        pathNot: ['^server/cli/', domain, '^server/errors/catalog'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'ui-knows-no-product',
      comment: 'Buttons and charts have no product words; features use them, never the other way round.',
      severity: 'error',
      from: { path: '^components/ui/' },
      to: { path: '^(components/(auth|live|operations|pairs|servers|shell|wizard)/|server/)' },
    },
    {
      name: 'features-not-each-other',
      comment:
        'Features share through ui, charts, status and live; a page puts them together. Only the wizard uses others.',
      severity: 'error',
      from: { path: '^components/(auth|operations|pairs|servers)/' },
      to: { path: '^components/(operations|pairs|servers|wizard)/', pathNot: '^components/$1/' },
    },
    {
      name: 'shipped-code-imports-no-tests',
      comment: 'The fake world, the lab and the benches are not part of what ships.',
      severity: 'error',
      from: { path: '^(app|components|server)/', pathNot: ['^server/testing/', TEST] },
      to: { path: '^(server/testing|e2e|bench|scripts)/' },
    },
    {
      name: 'no-dev-dependency-in-shipped-code',
      comment: 'It would be missing where only dependencies are installed.',
      severity: 'error',
      from: { path: '^(app|components|server)/', pathNot: ['^server/testing/', TEST] },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^\\.next/', '^server/adapters/store/generated/', 'messages/.*\\.json$'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.d.ts', '.d.mts', '.json'],
    },
    cache: { folder: '.cache/dependency-cruiser', strategy: 'content' },
  },
};
