/**
 * A path as Nest registers it, as documents write it: `/posts/:id` is `/posts/{id}`. The templates are those of
 * `@nestjs/swagger`, so that operations are found by them.
 */
export function pathTemplate(path: string): string {
  const template = path
    // Fastify: a parameter may have a pattern.
    .replaceAll(/\(\^[^)]+\)/g, '')
    .replace(/\(\.\*\)(?=\/?$)/, '*path')
    // Wildcards of former versions of Express have no name; Nest gives them these.
    .replace(/\/[*+](?=\/?$)/, '/*path')
    .replaceAll(/\/\*(?=\/)/g, (_, at: number) => `/*path${at}`)
    .replaceAll(/\\(.)|::|\[:\]|[:*](?:"([^"]+)"|([\p{ID_Continue}$]+))|[{}]/gu, templatePart);
  return template === '' ? '/' : template;
}

function templatePart(
  whole: string,
  literal: string | undefined,
  quoted: string | undefined,
  plain: string | undefined,
): string {
  const name = quoted ?? plain;
  if (name !== undefined) return `{${name}}`;
  if (literal !== undefined) return literal;
  // What stands in braces may be there or not; of two colons, or one in brackets, one is meant.
  return whole === '{' || whole === '}' ? '' : ':';
}
