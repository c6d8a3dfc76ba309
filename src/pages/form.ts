/** The fields of a form as a body parser left them; one that is missing, repeated or nested is empty. */
export class Form {
  constructor(private readonly body: unknown) {}

  text(name: string): string {
    const { body } = this;
    if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return '';
    const value: unknown = (body as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : '';
  }
}
