import { html } from './html.js';

describe('html', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['" onfocus="alert(1)', '&quot; onfocus=&quot;alert(1)'],
    ["' onfocus='alert(1)", '&#39; onfocus=&#39;alert(1)'],
    ['&lt;', '&amp;lt;'],
  ])('writes %s as text', (given, written) => {
    expect(String(html`<p title="${given}">${given}</p>`)).toBe(`<p title="${written}">${written}</p>`);
  });

  it('takes markup as it is, also in a list, and nothing for what is not there', () => {
    const items = ['a', '<b>'].map((each) => html`<li>${each}</li>`);
    const nothing = [undefined, false] as const;
    expect(String(html`<p>${items}${nothing}${0}</p>`)).toBe('<p><li>a</li><li>&lt;b&gt;</li>0</p>');
  });

  it('takes text that looks like markup for text, whoever made it', () => {
    const forged = { markup: '<b>', toString: () => '<b>' };
    expect(String(html`${String(forged)}`)).toBe('&lt;b&gt;');
  });
});
