import { eventFacts, stampFields } from './event-facts.js';
import { codeRows, codeSpans, markdown } from './markdown.js';

/** The table below a mark. */
function table(mark: string): string[][] {
  const page = markdown('docs/reference/events.md');
  const [, text = ''] = new RegExp(`<!-- ${mark}:[^>]*-->\\n([\\s\\S]*?)<!-- /${mark} -->`).exec(page) ?? [];
  return codeRows(text);
}

describe('the reference of events', () => {
  it('[15] lists every event with what comes of it and its fields, and nothing else', () => {
    const listed = table('events').map(([name = '', outcome = '', fields = '']) => ({
      name: codeSpans(name)[0],
      outcome,
      fields: codeSpans(fields),
    }));
    expect(listed).toEqual(eventFacts());
  });

  it('[15] lists the fields that every record may have', () => {
    expect(table('record').map(([name = '']) => codeSpans(name)[0])).toEqual(stampFields());
  });

  it('[15] the page about alerts lists all of them', () => {
    const alerts = eventFacts().flatMap(({ name }) => (name.startsWith('alert.') ? [name] : []));
    const [first = ''] = markdown('docs/alerts.md').split('```', 1);
    expect(codeRows(first).map(([name = '']) => codeSpans(name)[0])).toEqual(alerts);
  });
});
