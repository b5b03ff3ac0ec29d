/** A rule of pg_hba.conf that lets any address knock. */
export interface OpenRule {
  /** From 1. */
  line: number;
  text: string;
  /** It is one for replication connections alone, not for databases. */
  replication: boolean;
}

const CLOSED = '# closed by Tandem, it was open to everybody: ';
const ANYWHERE = ['all', '0.0.0.0/0', '::/0', '::0/0'];
const TYPES = ['host', 'hostssl', 'hostnossl', 'hostgssenc', 'hostnogssenc'];

/** Rules that admit every address, whatever they ask of it then. */
export function openHbaRules(content: string): OpenRule[] {
  return content.split('\n').flatMap((text, index) => {
    const [type = '', databases = '', , address = '', second = ''] = text.trim().split(/\s+/);
    if (!TYPES.includes(type)) return [];
    const isOpen = ANYWHERE.includes(address) || (address === '0.0.0.0' && second === '0.0.0.0');
    const method = text.trim().split(/\s+/)[address === '0.0.0.0' ? 5 : 4] ?? '';
    if (!isOpen || method === 'reject') return [];
    return [
      {
        line: index + 1,
        text: text.trim(),
        replication: databases.split(',').every((name) => name === 'replication'),
      },
    ];
  });
}

/** The file with the open rules for replication as comments; all else keeps its bytes. */
export function closeReplicationRules(content: string): string {
  const open = new Set(openHbaRules(content).flatMap((rule) => (rule.replication ? [rule.line] : [])));
  const lines = content.split('\n');
  return lines.map((text, index) => (open.has(index + 1) ? `${CLOSED}${text}` : text)).join('\n');
}

/** The file with the rules that `closeReplicationRules` closed. */
export function reopenRules(content: string): string {
  const lines = content.split('\n');
  return lines.map((text) => (text.startsWith(CLOSED) ? text.slice(CLOSED.length) : text)).join('\n');
}
