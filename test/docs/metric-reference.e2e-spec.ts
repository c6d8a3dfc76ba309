import { attribute, instruments } from '../../libs/auth/src/otel/instruments.js';
import { codeRows, codeSpans, markdown } from './markdown.js';

const page = markdown('docs/reference/metrics.md');
const [metrics = '', rest = ''] = page.split('## Attributes');
const [attributes = ''] = rest.split('## Spans');

describe('the reference of metrics', () => {
  it('[15] has each metric as it is made', () => {
    const made = Object.values(instruments).map(({ name, kind, unit, attributes: of, description }) => [
      `\`${name}\``,
      kind,
      `\`${unit}\``,
      of.map((each) => `\`${each}\``).join(', '),
      description,
    ]);
    expect(codeRows(metrics)).toEqual(made);
  });

  it('[15] explains each attribute, and no other', () => {
    const explained = codeRows(attributes).map(([cell = '']) => codeSpans(cell)[0]);
    expect(explained).toHaveLength(Object.keys(attribute).length);
    expect(new Set(explained)).toEqual(new Set(Object.values(attribute)));
  });

  it('[15] is what the alert rules of the guide ask for', () => {
    const names = Object.values(instruments).map(({ name }) => name.replaceAll('.', '_'));
    const [, rules = ''] = /```yaml\n([\s\S]*?)```/.exec(markdown('docs/telemetry.md')) ?? [];
    const asked = [...rules.matchAll(/(?<!, )\b((?:gatehouse|db_client)_\w+)(?=[{)[])/g)].map(
      ([, name = '']) =>
        name.replace(/_seconds|_(total|count|bucket)$/g, '').replace(/_(total|count|bucket)$/, ''),
    );
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((name) => !names.includes(name))).toEqual([]);
  });
});
