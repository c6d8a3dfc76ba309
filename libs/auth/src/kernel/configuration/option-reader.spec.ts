import { type AuthConfigurationError, ConfigurationFindings } from './configuration-error.js';
import { type OptionReader, readOptions } from './option-reader.js';

/** Options of every kind. */
interface Sample {
  readonly span?: unknown;
  readonly count?: unknown;
  readonly word?: unknown;
  readonly flag?: unknown;
  readonly text?: unknown;
  readonly texts?: unknown;
  readonly record?: unknown;
  readonly call?: unknown;
  readonly group?: unknown;
}

const readSample = (read: OptionReader<Sample>) => ({
  span: read.duration('span', 5000, { max: 60_000 }),
  count: read.count('count', 3, { max: 9 }),
  word: read.choice('word', ['one', 'two']),
  flag: read.flag('flag', true),
  text: read.text('text', 'usual', { pattern: /^[a-z]+$/, expected: 'small letters' }),
  texts: read.texts('texts', ['usual'], undefined, { min: 1 }),
  record: read.record('record', (entry) => entry),
  call: read.function<() => unknown>('call'),
  group: read.group<{ inner?: unknown }, number>('group', (inner) => inner.count('inner', 1)),
});

const DEFAULTS = {
  span: 5000,
  count: 3,
  word: 'one',
  flag: true,
  text: 'usual',
  texts: ['usual'],
  record: new Map(),
  call: undefined,
  group: 1,
};

function resolve(given: unknown) {
  const findings = new ConfigurationFindings();
  const value = readOptions<Sample, ReturnType<typeof readSample>>(given, 'here', findings, readSample);
  return { value, found: foundIn(findings) };
}

function foundIn(findings: ConfigurationFindings): string[] {
  try {
    findings.throwIfAny();
    return [];
  } catch (error) {
    return (error as AuthConfigurationError).findings.map(({ option, message }) => `${option}: ${message}`);
  }
}

describe('OptionReader', () => {
  it.each([undefined, {}, { span: undefined, stray: undefined }])('answers %j with the defaults', (given) => {
    expect(resolve(given)).toEqual({ value: DEFAULTS, found: [] });
  });

  it('takes what is sound', () => {
    const call = () => 1;
    const sound = { span: '10s', count: 9, word: 'two', flag: false, text: 'abc', texts: ['a b'], call };
    expect(resolve({ ...sound, record: { a: 1 }, group: { inner: 2 } })).toEqual({
      value: { ...sound, span: 10_000, record: new Map([['a', 1]]), group: 2 },
      found: [],
    });
  });

  it.each([
    [{ span: '2m' }, 'here.span: expected between 0ms and 1m, got 2m'],
    [
      { span: 30 },
      "here.span: a bare number is milliseconds: write '30s' for seconds or '30ms' for milliseconds",
    ],
    [{ count: 10 }, 'here.count: expected a whole number from 1 to 9'],
    [{ word: 'three' }, 'here.word: expected "one" or "two"'],
    [{ flag: 'no' }, 'here.flag: expected true or false'],
    [{ text: 'ABC' }, 'here.text: expected small letters'],
    [{ texts: 'a' }, 'here.texts: expected a list'],
    [{ texts: [] }, 'here.texts: the list is empty'],
    [{ texts: ['a', 'b\n'] }, 'here.texts[1]: expected text that is not empty, with no space around it'],
    [{ texts: Array(1) }, 'here.texts[0]: expected text that is not empty, with no space around it'],
    [{ record: [1] }, 'here.record: expected an object'],
    [{ call: 'x' }, 'here.call: expected a function'],
    [{ group: 5 }, 'here.group: expected an object'],
    [{ group: { iner: 2 } }, 'here.group.iner: is not an option; did you mean inner?'],
    [{ spna: '1s' }, 'here.spna: is not an option; did you mean span?'],
    [{ __proto__x: 1 }, 'here.__proto__x: is not an option'],
    [5, 'here: expected an object'],
    [null, 'here: expected an object'],
    [[], 'here: expected an object'],
  ])('says of %j: %s', (given, finding) => {
    expect(resolve(given).found).toEqual([finding]);
  });

  it.each([null, Number.NaN, Symbol('x'), 5n, new Date(0), { stray: 1 }])(
    'goes on with the default in place of %p',
    (wrong) => {
      const { value, found } = resolve(
        Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, wrong])),
      );
      const { record: _record, ...others } = value;
      expect(others).toEqual({ ...DEFAULTS, record: undefined });
      expect(found.length).toBeGreaterThanOrEqual(Object.keys(others).length - 1);
    },
  );

  it('says what to write where an option is required, and nothing more of a group that is none', () => {
    const of = (given: unknown): string[] => {
      const findings = new ConfigurationFindings();
      readOptions<{ name?: unknown }, void>(given, 'a', findings, (each) => each.require('name', 'a name'));
      return foundIn(findings);
    };
    expect(of({})).toEqual(['a.name: is required: a name']);
    expect(of(5)).toEqual(['a: expected an object']);
  });

  it('says of a name that is known elsewhere where it belongs', () => {
    const findings = new ConfigurationFindings();
    const elsewhere = { names: ['guards'], message: 'belongs there' };
    readOptions({ guards: 1, gaurds: 1 }, '', findings, () => {}, { elsewhere });
    expect(foundIn(findings)).toEqual([
      'guards: belongs there',
      'gaurds: is not an option; did you mean guards?',
    ]);
  });
});
