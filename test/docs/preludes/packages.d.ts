// A package that readers have, and this repository doesn't.
declare module 'supertest' {
  interface Test extends PromiseLike<{ readonly body: Record<string, unknown> }> {
    send(body: object): this;
    set(name: string, value: string): this;
    expect(status: number, body?: unknown): this;
  }

  export default function request(server: unknown): {
    get(path: string): Test;
    post(path: string): Test;
    patch(path: string): Test;
  };
}
