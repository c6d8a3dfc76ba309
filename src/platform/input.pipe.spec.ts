import { WriteArticleDto } from '../articles/article.dto.js';
import { InputPipe } from './input.pipe.js';

const pipe = new InputPipe();
const read = (value: unknown): Promise<unknown> =>
  pipe.transform(value, { type: 'body', metatype: WriteArticleDto });
const deep: unknown = JSON.parse('['.repeat(40_000) + ']'.repeat(40_000));

describe('InputPipe', () => {
  it('makes a DTO with its defaults and drops what it does not know', async () => {
    const dto = await read({ title: 'T', author: 'somebody else' });
    expect(dto).toBeInstanceOf(WriteArticleDto);
    expect(dto).toEqual({ title: 'T', body: '', draft: false });
  });

  it.each<[string, unknown]>([
    ['a deep list', deep],
    ['a deep member', { title: 'T', body: deep }],
    ['a list', [{ title: 'T' }]],
    ['a missing member', {}],
    ['null for a text', { title: null }],
    ['null for an optional text', { title: 'T', body: null }],
    ['a wrong type', { title: 'T', draft: 'yes' }],
    ['nothing', undefined],
  ])('refuses %s', async (_what, value) => {
    await expect(read(value)).rejects.toMatchObject({ status: 400 });
  });

  it.each([
    ['a path parameter', '0x1', { type: 'param', metatype: Number } as const],
    ['a body without a DTO', { a: [1] }, { type: 'body', metatype: Object } as const],
    ['a custom parameter', { roles: [] }, { type: 'custom' } as const],
  ])('leaves %s alone', async (_what, value, metadata) => {
    expect(await pipe.transform(value, metadata)).toBe(value);
  });
});
