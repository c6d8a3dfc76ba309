import { Seldom } from './seldom.js';

function stand() {
  const clock = { ms: 0 };
  const seldom = new Seldom(() => clock.ms);
  let serial = 0;
  /** Whether each is told, of another key each. */
  const told = (address?: string) => seldom.ask({ key: `${++serial}` }, () => address) !== undefined;
  return { clock, seldom, told };
}

describe('[15] what is told seldom', () => {
  it('is a few a second of each network, so that one stranger leaves room for the others', () => {
    const { clock, told } = stand();
    const ofStranger = () =>
      Array.from({ length: 500 }, (_, at) => told(`2001:db8:1:${at.toString(16)}::${at + 1}`));
    expect(ofStranger().filter(Boolean)).toHaveLength(10);
    expect(['192.0.2.1', '2001:db8:2::1', '2001:db8::1', '::1', undefined].map(told)).toEqual(
      Array.from({ length: 5 }, () => true),
    );
    clock.ms += 1000;
    expect(ofStranger().filter(Boolean)).toHaveLength(10);
  });

  it.each([
    ['the same IPv4 address', '192.0.2.1', '192.0.2.1', true],
    ['another IPv4 address', '192.0.2.1', '192.0.2.2', false],
    ['another subnet of one /48', '2001:db8:1:2:3:4:5:6', '2001:db8:1::6', true],
    ['another /48', '2001:db8:1::', '2001:db8:2::', false],
    ['zeros that are left out', '2001:db8::1', '2001:db8:0:1:1:1:1:1', true],
    ['zeros in front', '::1:2:3:4:5:6', '0:0:1:2::', false],
    ['nothing but zeros', '::', '::1', true],
  ])('counts as one network or not: %s', (_, one, other, isSame) => {
    const { told } = stand();
    for (let count = 0; count < 10; count += 1) told(one);
    expect(told(other)).toBe(!isSame);
  });

  it('is a hundred a second of all, from wherever', () => {
    const { told } = stand();
    const all = Array.from({ length: 150 }, (_, at) => told(`192.0.2.${at}`));
    expect(all.filter(Boolean)).toHaveLength(100);
  });

  it('is not asked where it came from when it is kept back anyway', () => {
    const { seldom } = stand();
    let asked = 0;
    const addressOf = () => {
      asked += 1;
      return undefined;
    };
    for (let count = 0; count < 50; count += 1) seldom.ask({ key: 'one' }, addressOf);
    expect(asked).toBe(1);
  });
});
