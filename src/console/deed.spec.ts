import { Browser } from '../pages/browser.js';
import { deedAt, withDeed } from './deed.js';

const browserNamed = (letter: string) =>
  Browser.of({ headers: { cookie: `__Host-articles_browser=${letter.repeat(43)}` } });
const [ours, other] = [browserNamed('a'), browserNamed('b')];
const now = 1_800_000_000_000;

describe('what a form has done', () => {
  it.each(['/console/limits', '/console/sessions/of?user=a%26b'])(
    'is told at the address it led to: %s',
    (path) => {
      const address = withDeed(ours, path, 'ended-all', now);
      expect(deedAt(ours, address, now + 1000)).toBe('ended-all');
      expect(deedAt(ours, path, now)).toBeUndefined();
    },
  );

  it('is told to nobody else, of nothing else, nowhere else and not for long', () => {
    const address = withDeed(ours, '/console/sessions/of?user=ada', 'ended', now);
    expect(deedAt(other, address, now)).toBeUndefined();
    for (const [from, to] of [
      ['ended', 'ended-all'],
      ['ada', 'ben'],
      ['done=', 'x=1&done='],
      [/done=.*/, 'done=ended'],
    ] as const)
      expect(deedAt(ours, address.replace(from, to), now)).toBeUndefined();
    expect(deedAt(ours, address, now + 60_000)).toBeUndefined();
  });
});
