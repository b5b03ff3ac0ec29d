import { AppError, toAppError } from '#server/errors/app-error.ts';
import { monitorHbaRules } from '#server/domain/hba-block.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { OperationNode } from '../pair-world.ts';

/**
 * Logs in with the role as the monitor will. Rejects with GATE_FAILED that names the answer of the
 * draft to correct (`data.field`) and what makes the login work; other failures stay as they are.
 */
export async function requireLogin(
  node: Pick<OperationNode, 'serverName' | 'logIn'>,
  role: string,
  password: Secret,
  wait: Wait,
): Promise<void> {
  const { mayMonitor } = await node.logIn(role, password, wait).catch((thrown: unknown) => {
    throw refusal(toAppError(thrown), role, node.serverName);
  });
  if (mayMonitor) return;
  throw gateFailed('givenRole', node.serverName, {
    message: `the role ${role} may not see replication on ${node.serverName}`,
    hint: `On the primary: GRANT pg_monitor TO ${role};`,
  });
}

function refusal(error: AppError, role: string, server: string): AppError {
  if (error.code !== 'PG_AUTHENTICATION_FAILED') return error;
  // 28P01 = invalid_password. Everything else of class 28 is about the role or pg_hba.conf.
  if (error.data['sqlstate'] === '28P01') {
    return gateFailed('givenRolePassword', server, {
      message: `${server} refuses the password of the role ${role}`,
      detail: error.message,
      hint: `Enter the role's password again, or set it on the primary: \\password ${role}`,
    });
  }
  return gateFailed('givenRole', server, {
    message: `the role ${role} cannot log in to ${server}`,
    detail: error.message,
    hint: `Give it LOGIN, and put these lines first in pg_hba.conf of ${server}, then reload: ${monitorHbaRules(role).join('; ')}`,
  });
}

function gateFailed(
  field: 'givenRole' | 'givenRolePassword',
  server: string,
  o: { message: string; hint: string; detail?: string },
): AppError {
  return new AppError('GATE_FAILED', { ...o, data: { field, server } });
}
