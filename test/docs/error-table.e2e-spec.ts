import { type ErrorCatalogueEntry, errorCatalogue } from '../../libs/auth/src/kernel/error-catalogue.js';
import { codeRows, markdown } from './markdown.js';

const challenges = { bare: 'scheme and realm', error: '`error=…`', basic: '`Basic`' };

function row([code, { status, title, oauthError, challenge }]: [string, ErrorCatalogueEntry]): string[] {
  return [
    `\`${code}\``,
    String(status),
    title,
    oauthError === undefined ? '' : `\`${oauthError}\``,
    challenge === undefined ? '' : challenges[challenge],
  ];
}

describe('the error table', () => {
  it('[07] of the reference is the catalogue', () => {
    const page = markdown('docs/reference/errors.md');
    const [, table = ''] = /<!-- errors:[^>]*-->\n([\s\S]*?)<!-- \/errors -->/.exec(page) ?? [];
    expect(codeRows(table)).toEqual(Object.entries(errorCatalogue).map(row));
  });
});
