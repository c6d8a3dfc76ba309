import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { PerRoute } from './call.js';

class Base {
  first(): void {}
  second(): void {}
}
class Left extends Base {}
class Right extends Base {}

const callOf = (type: typeof Base, handler: () => void): ExecutionContextHost =>
  new ExecutionContextHost([], type, handler);

describe('PerRoute', () => {
  it('makes one value for each class and handler, however often they are called', () => {
    let made = 0;
    const values = new PerRoute((controller, handler) => ({
      route: `${controller.name}.${handler.name}`,
      at: made++,
    }));
    const { first, second } = Base.prototype;
    const calls = [callOf(Left, first), callOf(Left, second), callOf(Right, first)];
    const routes = calls.map((call) => values.of(call).route);
    expect(routes).toEqual(['Left.first', 'Left.second', 'Right.first']);
    for (const call of calls) expect(values.of(call)).toBe(values.of(call));
    expect(made).toBe(3);
  });

  it('keeps nothing of a route that could not be read', () => {
    let attempts = 0;
    const values = new PerRoute(() => {
      attempts++;
      throw new Error('unreadable');
    });
    const call = callOf(Base, Base.prototype.first);
    expect(() => values.of(call)).toThrow('unreadable');
    expect(() => values.of(call)).toThrow('unreadable');
    expect(attempts).toBe(2);
  });
});
