import { inspect } from 'node:util';
import { OpaqueSecret } from './opaque-secret.js';

describe('OpaqueSecret', () => {
  const holder = { deep: { password: new OpaqueSecret('hunter2') } };

  it.each([
    ['JSON', JSON.stringify(holder)],
    ['inspection', inspect(holder, { depth: null, showHidden: true, getters: true })],
    ['text', String(holder.deep.password)],
    ['its entries', JSON.stringify(Object.entries(holder.deep.password))],
    ['a copy', inspect(Object.assign({}, holder.deep.password))],
  ])('is not shown by %s', (_, shown) => {
    expect(shown).not.toContain('hunter2');
  });

  it('gives the secret back to who asks for it', () => {
    expect(holder.deep.password.reveal()).toBe('hunter2');
    expect(JSON.stringify(holder)).toContain('[secret]');
  });
});
