import { wrongLines } from './log-lines.js';
import { hasRepeatedLogouts } from './repeated-logouts.js';
import { AWAY, FIRST, login, logoutAll } from './told-history.js';

describe('the log of an outage', () => {
  const begin = "WARN [Gatehouse] Redis can't be used: no connection (ECONNREFUSED). What can't be decided…";
  const end = 'LOG [Gatehouse] Redis can be used again after 0.5 s (no connection (ECONNREFUSED)); 7 calls…';
  const refused =
    "WARN [Gatehouse] Redis can't be used: NOREPLICAS: it takes no writes. What can't be decided…";

  it.each([
    {
      what: 'is one line when it begins and one when it is over',
      lines: [begin, end, begin, end],
      wrong: [],
    },
    { what: 'may have no end yet', lines: [begin], wrong: [] },
    { what: 'tells each kind of trouble', lines: [begin, refused, end], wrong: [] },
    { what: 'must not begin twice', lines: [begin, begin, end], wrong: [begin] },
    { what: 'must not end twice', lines: [begin, end, end], wrong: [end] },
    {
      what: 'holds nothing else',
      lines: [begin, 'WARN store_unavailable', end],
      wrong: ['WARN store_unavailable'],
    },
    {
      what: 'is not told more often than there were outages',
      lines: [begin, end, begin, end, begin, end],
      wrong: ['3 times "no answers", in 2 outages'],
    },
  ])('$what', ({ lines, wrong }) => {
    expect(wrongLines(`${lines.join('\n')}\n`, 2)).toEqual(wrong);
  });
});

describe('a login that is answered 503 without a fault', () => {
  const lost = login(20, { ...AWAY, took: 100 });

  it.each([
    {
      what: 'two logouts everywhere that came meanwhile',
      leaves: [logoutAll(30), logoutAll(60)],
      isIt: true,
    },
    {
      what: 'one that may still have been done, and another',
      leaves: [logoutAll(0, FIRST, AWAY), logoutAll(60)],
      isIt: true,
    },
    { what: 'one of them', leaves: [logoutAll(30)], isIt: false },
    {
      what: 'others that were over, or came later',
      leaves: [logoutAll(0), logoutAll(130), logoutAll(60)],
      isIt: false,
    },
  ])('is explained by $what: $isIt', ({ leaves, isIt }) => {
    expect(hasRepeatedLogouts({ operations: [lost, ...leaves], faults: [] })).toBe(isIt);
  });
});
