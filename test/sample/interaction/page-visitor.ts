/** A page as it came, before any browser makes something of it. */
export interface Visit {
  readonly status: number;
  readonly headers: Headers;
  readonly location: string;
  readonly title: string;
  readonly page: string;
}

/** Visits pages as a browser does that shows nothing: keeps cookies, follows what it is told to, fills in forms. */
export class PageVisitor {
  readonly cookies = new Map<string, string>();

  async get(url: string): Promise<Visit> {
    return this.visit(url, {});
  }

  /** Opens a page, over the redirects before it. */
  async open(url: string): Promise<Visit> {
    const visit = await this.get(url);
    return visit.location === '' ? visit : this.open(new URL(visit.location, url).href);
  }

  async post(url: string, fields: Readonly<Record<string, string>> | string): Promise<Visit> {
    return this.visit(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
  }

  private async visit(
    url: string,
    init: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Visit> {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(cookie !== '' && { cookie }) },
    });
    for (const each of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      this.cookies.set(name, value);
    }
    const page = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      location: response.headers.get('location') ?? '',
      title: /<title>(.*?)<\/title>/s.exec(page)?.[1] ?? '',
      page,
    };
  }
}

/** The hidden fields of the first form in a page. */
export function hiddenFieldsOf({ page }: Visit): Record<string, string> {
  const [form = ''] = /<form.*?<\/form>/s.exec(page) ?? [];
  const fields = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return Object.fromEntries(
    fields.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]),
  );
}
