import { devicePath, shownCode } from './device-path.js';

describe('the code of a device', () => {
  it.each(['BCDF-GHJK', 'bcdfghjk', ' bcdf ghjk ', 'b.c.d.f g-h-j-k'])(
    '%j is shown as devices do',
    (typed) => {
      expect(shownCode(typed)).toBe('BCDF-GHJK');
    },
  );

  it.each(['', 'bcdf', 'bcdf-ghjk-l', 'bcdf+ghjk', '12345678'])('%j stays as it was typed', (typed) => {
    expect(shownCode(typed)).toBe(typed);
  });

  it('is a part of an address only where there is one', () => {
    expect(devicePath('')).toBe('/device');
    expect(devicePath('a&b')).toBe('/device?user_code=a%26b');
  });
});
