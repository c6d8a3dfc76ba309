const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup that was written by {@link html}: it can be put into other markup as it is. */
export class Html {
  /** @internal */
  constructor(private readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

type Part = Html | string | number | false | undefined | readonly Part[];

/** Writes markup. What is put in is text and is escaped, in quoted attributes too, unless it is markup itself; `false` and `undefined` are nothing. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(String.raw({ raw: literals }, ...parts.map(markupOf)));
}

/** A name that somebody chose: in whatever direction it runs, it turns nothing beside it. */
export const shownName = (name: string): Html => html`<bdi>${name}</bdi>`;

function markupOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return String(part);
  if (typeof part === 'object') return part.map(markupOf).join('');
  return String(part).replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
