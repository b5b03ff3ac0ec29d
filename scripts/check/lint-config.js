import nextPlugin from '@next/eslint-plugin-next';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Where time and chance come through ports, so that tests can move them by hand. */
const PURE = ['server/{domain,errors,ports,engine,operations,monitor,services,trpc}/**'];
const TESTS = ['**/*.test.{ts,tsx}', 'e2e/**', 'server/testing/**'];

const useClock = 'Take time from the Clock port, so that tests need not wait.';
const impure = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: useClock },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: useClock },
  { selector: "MemberExpression[object.name='performance'][property.name='now']", message: useClock },
  { selector: 'CallExpression[callee.name=/^set(Timeout|Interval|Immediate)$/]', message: useClock },
  { selector: 'ImportDeclaration[source.value=/^(node:)?timers/]', message: useClock },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Take ids and randomness from the Ids port, so that a run can be repeated.',
  },
];
const branchOnKind = {
  selector: "MemberExpression[object.name=/[rR]untime$/][property.name='kind']",
  message: 'Branch on a capability of the runtime, never on its kind: a new kind would be forgotten here.',
};
const fixedWait = {
  selector: "CallExpression[callee.property.name='waitForTimeout']",
  message: 'Wait for what the person would see, with a deadline.',
};

/** All lint rules for the project at `root`; a function, so that a test can lint planted violations. */
export function lintConfig(root) {
  return tseslint.config(
    {
      ignores: [
        '.next/',
        '.state/',
        '.lab/',
        '.cache/',
        'server/adapters/store/generated/',
        'next-env.d.ts',
        '**/*.{js,cjs,mjs}',
      ],
    },
    ...tseslint.configs.recommendedTypeChecked,
    {
      languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
      linterOptions: { reportUnusedDisableDirectives: 'error' },
      rules: {
        '@typescript-eslint/no-floating-promises': 'error',
        '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
        '@typescript-eslint/switch-exhaustiveness-check': [
          'error',
          { considerDefaultExhaustiveForUnions: true },
        ],
        '@typescript-eslint/no-explicit-any': 'error',
        '@typescript-eslint/no-non-null-assertion': 'error',
        '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
        '@typescript-eslint/no-unnecessary-type-assertion': 'error',
        '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
        '@typescript-eslint/require-await': 'off',
        // Ports are made by factories that return closures; their methods need no `this`.
        '@typescript-eslint/unbound-method': 'off',
        '@typescript-eslint/restrict-template-expressions': [
          'error',
          { allowNumber: true, allowBoolean: true },
        ],
        'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
        'max-lines-per-function': [
          'error',
          { max: 60, skipBlankLines: true, skipComments: true, IIFEs: true },
        ],
        complexity: ['error', 12],
        eqeqeq: ['error', 'always', { null: 'ignore' }],
        'no-restricted-syntax': ['error', branchOnKind],
      },
    },
    { files: PURE, ignores: TESTS, rules: { 'no-restricted-syntax': ['error', branchOnKind, ...impure] } },
    { files: ['server/adapters/runtimes/**'], rules: { 'no-restricted-syntax': 'off' } },
    {
      files: ['**/*.tsx', 'components/**'],
      plugins: { 'react-hooks': reactHooks, '@next/next': nextPlugin },
      rules: {
        ...reactHooks.configs.recommended.rules,
        ...nextPlugin.configs['core-web-vitals'].rules,
        'max-lines-per-function': [
          'error',
          { max: 120, skipBlankLines: true, skipComments: true, IIFEs: true },
        ],
        // Every && and ?: of the markup counts as a way through.
        complexity: ['error', 20],
      },
    },
    {
      files: TESTS,
      rules: {
        // A describe block is a chapter, not a function; fakes have async methods that wait for nothing.
        'max-lines-per-function': 'off',
        complexity: 'off',
        '@typescript-eslint/no-unsafe-assignment': 'off',
        'no-restricted-syntax': ['error', fixedWait],
      },
    },
  );
}
