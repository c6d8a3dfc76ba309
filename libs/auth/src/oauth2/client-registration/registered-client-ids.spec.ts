import { randomBytes } from 'node:crypto';
import { LastingSecret } from '../../secret/lasting-secret.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { RegisteredClientIds, type Registration } from './registered-client-ids.js';

describe('RegisteredClientIds', () => {
  const [older, newer] = [randomBytes(32), randomBytes(32)];
  const clock = new ManualClock();
  const ids = new RegisteredClientIds(new LastingSecret([older]), clock);
  const issuedAt = clock.now() / 1000;
  const registration: Registration = {
    name: 'Ä client',
    redirectUris: ['http://127.0.0.1/callback'],
    grants: ['authorization_code'],
    issuedAt,
    expiresAt: issuedAt + 60,
  };
  const id = String(ids.write(registration));

  it('[7591-3] reads what it wrote, on every instance and after the secret was replaced', () => {
    expect(ids.read(id)).toEqual(registration);
    expect(new RegisteredClientIds(new LastingSecret([newer, older]), clock).read(id)).toEqual(registration);
    expect(new RegisteredClientIds(new LastingSecret([newer]), clock).read(id)).toBeUndefined();
  });

  it('[7591-3] reads nothing that it did not write', () => {
    const [content = '', mac = ''] = id.slice('ghdc_'.length).split('.');
    const other = Buffer.from(JSON.stringify({ ...registration, redirectUris: ['https://evil.test'] }));
    const forged = [
      '',
      'ghdc_',
      `${content}.${mac}`,
      `ghdc_${content}`,
      `ghdc_${content}.${'A'.repeat(43)}`,
      `ghdc_${other.toString('base64url')}.${mac}`,
      `ghdc_${content}=.${mac}`,
      `${id}\n`,
      ` ${id}`,
    ];
    for (const text of forged) expect(ids.read(text)).toBeUndefined();
  });

  it('[7591-3] writes no id that is too long to be sent', () => {
    const redirectUris = [`https://app.test/${'a'.repeat(1200)}`];
    expect(ids.write({ ...registration, redirectUris })).toBeUndefined();
  });

  it('[7591-3] forgets a registration when it ends', () => {
    const later = new ManualClock(clock.now() + 59_999);
    const reader = new RegisteredClientIds(new LastingSecret([older]), later);
    expect(reader.read(id)).toEqual(registration);
    later.advance(1);
    expect(reader.read(id)).toBeUndefined();
  });
});
