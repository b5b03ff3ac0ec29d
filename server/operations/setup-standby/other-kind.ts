import { NAMES_PLACE, type InstanceLocation } from '#server/domain/instance-location.ts';

/**
 * Whether a configuration moves out of a container, or into one. In there no other account of the host can
 * reach a socket, the files lie elsewhere, and the command line says a part of what the files say on a host.
 */
export function changesPlace(from: InstanceLocation, to: InstanceLocation): 'out' | 'in' | null {
  if ((from.kind === 'docker') === (to.kind === 'docker')) return null;
  return from.kind === 'docker' ? 'out' : 'in';
}

/** Name of the map in pg_ident.conf by which the account of the server becomes its superuser. */
const MAP = 'tandem';
const OWN_PATHS = new RegExp(String.raw`^\s*(${NAMES_PLACE.join('|')})\b`, 'i');
const INCLUDE = /^(\s*include(?:_if_exists|_dir)?\s*=?\s*')([^']*)(')/i;

/**
 * postgresql.conf of a container for a server on the host. Files that it includes by their whole path are
 * found again under the new directory; bytes are kept otherwise.
 */
export function outOfContainer(
  content: Buffer,
  o: { from: { config: string; data: string }; to: { config: string; data: string } },
): Buffer {
  const lines = content
    .toString('latin1')
    .split('\n')
    .map((line) => {
      if (OWN_PATHS.test(line)) return `#${line}`;
      const moved = line.replace(INCLUDE, (_, head: string, path: string, tail: string) =>
        path.startsWith(`${o.from.config}/`)
          ? `${head}${o.to.config}${path.slice(o.from.config.length)}${tail}`
          : `${head}${path}${tail}`,
      );
      return /^\s*#/.test(moved) ? moved : moved.replaceAll(`'${o.from.data}/`, `'${o.to.data}/`);
    });
  return Buffer.from(lines.join('\n'), 'latin1');
}

const LOCAL_TRUST = /^(\s*local\b.*\s)trust(\s*(?:#.*)?)$/i;
const LOOPBACK_TRUST =
  /^(\s*host\w*\s.*\s(?:127\.\d+\.\d+\.\d+(?:\/\d+|\s+255[\d.]+)|::1\/128|localhost|samehost)\s+)trust(\s*(?:#.*)?)$/i;

interface LocalAccount {
  /** OS user that the server runs as in its new place. */
  account: string;
  superuser: string;
}

/** The line that lets the server's own account in: maintenance and Tandem come this way. */
const ownerRule = ({ account, superuser }: LocalAccount): string =>
  account === superuser ? `local all "${superuser}" peer` : `local all "${superuser}" peer map=${MAP}`;

/**
 * pg_hba.conf for a server in the other kind of place. `trust` on the socket lets in who is in the container; on
 * a host it would let in every account that there is.
 */
export function hbaInOtherPlace(
  content: Buffer,
  o: LocalAccount & { to: 'out' | 'in'; passwordMethod: 'scram-sha-256' | 'md5' },
): Buffer {
  const lines = content.toString('latin1').split('\n');
  const kept =
    o.to === 'in'
      ? lines
      : lines.map((line) =>
          line.replace(LOCAL_TRUST, '$1peer$2').replace(LOOPBACK_TRUST, `$1${o.passwordMethod}$2`),
        );
  const rule = ownerRule(o);
  const there = kept.some((line) => line.trim() === rule);
  return Buffer.from((there ? kept : [rule, ...kept]).join('\n'), 'latin1');
}

/** pg_ident.conf with the map that `hbaInOtherPlace` names, where the account has another name than the superuser. */
export function identInOtherPlace(content: Buffer, { account, superuser }: LocalAccount): Buffer {
  const line = `${MAP} "${account}" "${superuser}"`;
  const text = content.toString('latin1');
  if (account === superuser || text.split('\n').some((each) => each.trim() === line)) return content;
  return Buffer.from(`${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`, 'latin1');
}
