import type { RunbookBlock, RunbookLanguage } from './blocks.ts';

const AFTER: Record<RunbookLanguage, string> = { en: 'expected', de: 'erwartet' };

/** Markdown that reads well in a terminal too. */
export function runbookMarkdown(blocks: readonly RunbookBlock[], language: RunbookLanguage): string {
  const parts = blocks.map((block) => {
    switch (block.type) {
      case 'heading':
        return `${'#'.repeat(block.level)} ${block.text[language]}`;
      case 'text':
        return block.text[language];
      case 'list':
        return block.items.map((item) => `- ${item[language]}`).join('\n');
      case 'table': {
        const rows = [block.head.map((cell) => cell[language]), block.head.map(() => '---'), ...block.rows];
        return rows
          .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
          .join('\n');
      }
      case 'command': {
        const note = block.expect === null ? '' : `\n\n${AFTER[language]}: ${block.expect[language]}`;
        return `**${block.on.server}** (\`${block.on.ssh}\`)\n\n\`\`\`sh\n${block.line}\n\`\`\`${note}`;
      }
    }
  });
  return `${parts.join('\n\n')}\n`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem;border-top:1px solid #ccc;padding-top:1rem}h3{font-size:1rem}
pre{background:#f3f3f3;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.2rem 0}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;overflow-wrap:anywhere}
.on{margin:1rem 0 0;font-weight:600}.expect{margin:.2rem 0 0;color:#444}
@media print{body{margin:0;max-width:none}pre,tr{break-inside:avoid}h2,h3,.on{break-after:avoid}}`;

/** One self-contained page for printing. */
export function runbookHtml(blocks: readonly RunbookBlock[], language: RunbookLanguage): string {
  const title = blocks[0]?.type === 'heading' ? blocks[0].text[language] : '';
  const body = blocks.map((block) => htmlOf(block, language)).join('\n');
  return `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head>\n<body>\n${body}\n</body></html>\n`;
}

function htmlOf(block: RunbookBlock, language: RunbookLanguage): string {
  switch (block.type) {
    case 'heading':
      return `<h${block.level}>${escaped(block.text[language])}</h${block.level}>`;
    case 'text':
      return `<p>${escaped(block.text[language])}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escaped(item[language])}</li>`).join('')}</ul>`;
    case 'table': {
      const head = block.head.map((cell) => `<th>${escaped(cell[language])}</th>`).join('');
      const rows = block.rows.map(
        (row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`,
      );
      return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
    }
    case 'command': {
      const note =
        block.expect === null
          ? ''
          : `<p class="expect">${AFTER[language]}: ${escaped(block.expect[language])}</p>`;
      return `<p class="on">${escaped(block.on.server)} <code>${escaped(block.on.ssh)}</code></p><pre>${escaped(block.line)}</pre>${note}`;
    }
  }
}
