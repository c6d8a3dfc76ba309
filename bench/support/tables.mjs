/** As Markdown, so that it can go into a page. */
export function tableOf(heads, rows) {
  const widths = heads.map((head, at) => Math.max(3, head.length, ...rows.map((row) => row[at].length)));
  const line = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`;
  return [heads, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n');
}

export const printTable = (heads, rows) => console.log(tableOf(heads, rows));
