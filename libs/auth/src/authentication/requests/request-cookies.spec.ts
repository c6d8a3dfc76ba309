import { cookiesOf } from './request-cookies.js';

describe('cookiesOf', () => {
  it.each<[string | string[], readonly string[]]>([
    ['rt=abc', ['abc']],
    ['a=1; rt=abc; b=2', ['abc']],
    ['rt=abc; rt=abc', ['abc']],
    ['rt=; rt=abc', ['abc']],
    ['rt=abc;rt=def', ['abc', 'def']],
    [
      ['rt=abc', 'rt=def'],
      ['abc', 'def'],
    ],
    ['rt="abc"; rt=abc', ['abc']],
    ['rt="', ['"']],
    [' rt =abc', ['abc']],
    ['rt=a=b', ['a=b']],
    ['rt=', []],
    ['rt=""', []],
    ['rt', []],
    ['xrt=abc', []],
    ['rtx=abc', []],
    ['RT=abc', []],
    ['', []],
  ])('[10-12] finds in the cookie header %j exactly %j', (header, expected) => {
    expect(cookiesOf({ headers: { cookie: header } }, 'rt')).toEqual(expected);
  });
});
