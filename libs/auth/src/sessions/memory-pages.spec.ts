import { sessionMedia } from '../../../../test/support/sessions/session-media.js';
import { login } from './contract/session.contract-harness.js';

describe('[10-10] pages of sessions in memory', () => {
  it('leave out none of those that were opened within the same millisecond', async () => {
    const memory = await sessionMedia.find(({ name }) => name === 'memory')!.start();
    const harness = memory.harness();
    const opened: string[] = [];
    for (let at = 0; at < 40; at++) {
      opened.push((await login(harness, { subject: 'ada' })).id);
      // The clock that nobody can set tells fractions.
      harness.advance(0.1);
    }
    const listed: string[] = [];
    let after: { id: string; idleExpiresAt: number } | undefined;
    for (;;) {
      const page = await harness.sessions.list('ada', { limit: 3, ...(after && { after }) });
      const last = page.at(-1);
      if (last === undefined) break;
      listed.push(...page.map(({ id }) => id));
      after = { id: last.id, idleExpiresAt: last.state.idleExpiresAt };
    }
    await memory.stop();
    expect(listed.toSorted()).toEqual(opened.toSorted());
  });
});
