import { AuthEvents } from './auth-events.js';

describe('AuthEvents', () => {
  it('tells every subscriber until it unsubscribes', () => {
    const events = new AuthEvents();
    const heard: string[] = [];
    const stop = events.on('login.failed', ({ clientId }) => heard.push(clientId));
    events.on('login.failed', () => heard.push('other'));
    events.emit('login.failed', { clientId: 'web' });
    stop();
    events.emit('login.failed', { clientId: 'web' });
    expect(heard).toEqual(['web', 'other', 'other']);
  });

  it('reports a listener that throws or rejects, and goes on', async () => {
    const failures: unknown[] = [];
    const events = new AuthEvents((error) => failures.push(error));
    events.on('login.failed', () => {
      throw new Error('thrown');
    });
    events.on('login.failed', () => Promise.reject(new Error('rejected')));
    const last = new Promise<void>((resolve) => {
      events.on('login.failed', () => resolve());
    });
    events.emit('login.failed', { clientId: 'web' });
    await last;
    await Promise.resolve();
    expect(failures.map(String)).toEqual(['Error: thrown', 'Error: rejected']);
  });
});
