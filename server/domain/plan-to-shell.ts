import { shellWord } from './shell-word.ts';
import type { Plan, PlanAction } from './plan.ts';

/** How to reach a server by hand. */
export interface ShellTarget {
  name: string;
  destination: string;
  port: number;
}

const functionName = (server: string): string => `on_${server.replaceAll(/[^A-Za-z0-9]/g, '_')}`;

/** Roles whose password the person chooses: Tandem's own never leaves it. */
const ROLE_PASSWORD = /CREATE ROLE (\w+) WITH LOGIN PASSWORD 'SCRAM-SHA-256\$…';/g;

function rolesOf(plan: Plan): string[] {
  const statements = plan.steps
    .flatMap((s) => s.actions)
    .flatMap((a) => (a.type === 'sql' ? [a.statement] : []));
  return [...new Set(statements.flatMap((s) => [...s.matchAll(ROLE_PASSWORD)].map((m) => m[1] ?? '')))];
}

const variable = (role: string): string => `PASSWORD_${role.toUpperCase()}`;

/** A here-document whose text is taken literally but for the passwords that the person typed. */
function hereDocument(text: string): string {
  const literal = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('$', '\\$');
  const filled = literal
    .replaceAll(
      /CREATE ROLE (\w+) WITH LOGIN PASSWORD 'SCRAM-SHA-256\\\$…';/g,
      (_, role: string) => `CREATE ROLE ${role} WITH LOGIN PASSWORD '\${${variable(role)}}';`,
    )
    .replaceAll(/:(\w+):•••/g, (_, role: string) => `:${role}:\${${variable(role)}}`);
  return `<<TANDEM\n${filled}${filled.endsWith('\n') ? '' : '\n'}TANDEM`;
}

function actionLines(action: PlanAction): string {
  const on = functionName(action.server);
  switch (action.type) {
    case 'command':
      return `${on} ${shellWord(action.line)}`;
    case 'sql':
      return `${on} "psql -X -v ON_ERROR_STOP=1 -d postgres" ${hereDocument(action.statement)}`;
    case 'file':
      if (action.excerpt === true)
        return `echo ${shellWord(`On ${action.server} change these lines of ${action.path}, then press Enter:`)}; cat ${hereDocument(action.after)}\nread -r _`;
      return `${on} ${shellWord(`umask 077; cat > ${shellWord(action.path)}; chmod ${action.mode} ${shellWord(action.path)}`)} ${hereDocument(action.after)}`;
    case 'move':
      return `${on} ${shellWord(`mv -T -n -- ${shellWord(action.from)} ${shellWord(action.to)}`)}`;
    case 'request':
      return `curl -fsS -X ${shellWord(action.method)} ${shellWord(action.url)}`;
  }
}

/** Quotes, backslashes and colons mean something in SQL or in a password file: such a password is refused. */
function askPassword(role: string): string[] {
  const name = variable(role);
  return [
    `read -rsp ${shellWord(`Password for the role ${role}: `)} ${name}; echo`,
    `case "$${name}" in ''|*[\\\\\\':]*) echo 'Choose a password without quotes, backslashes and colons.' >&2; exit 1;; esac`,
  ];
}

/**
 * The plan as a shell script for people who want to do it themselves. Each step is a function's
 * worth of lines under its own heading; the script stops at the first failure.
 */
export function planToShell(plan: Plan, targets: readonly ShellTarget[]): string {
  const head = [
    '#!/usr/bin/env bash',
    `# ${plan.title.en}`,
    '# Run it on a machine that reaches both servers over SSH as the user that owns the data directories.',
    '# Stops at the first failure; what was done until then stays.',
    'set -euo pipefail',
    '',
    ...targets.map((t) => `${functionName(t.name)}() { ssh -p ${t.port} ${shellWord(t.destination)} "$@"; }`),
    ...rolesOf(plan).flatMap(askPassword),
    '',
  ];
  const steps = plan.steps.flatMap((step, i) => [
    `# ${i + 1}. ${step.explain.en}`,
    ...(step.actions.length === 0
      ? ['# (nothing to run: a look, or something only Tandem keeps)']
      : step.actions.map(actionLines)),
    '',
  ]);
  return [...head, ...steps].join('\n');
}
