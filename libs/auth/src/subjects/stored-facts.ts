/** What a record says about its session; `undefined` when that can't be read. A session is ended all the same. */
export function parseFacts<Facts extends { readonly subject: string }>(json: string): Facts | undefined {
  try {
    const facts: unknown = JSON.parse(json);
    return isFacts<Facts>(facts) ? facts : undefined;
  } catch {
    return undefined;
  }
}

/** The subject in a record's facts; `undefined` when there are none, or they can't be read. */
export function subjectOfFacts(json: string): string | undefined {
  return parseFacts(json)?.subject;
}

function isFacts<Facts extends { readonly subject: string }>(value: unknown): value is Facts {
  return (
    typeof value === 'object' && value !== null && 'subject' in value && typeof value.subject === 'string'
  );
}
