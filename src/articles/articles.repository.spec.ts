import { Database } from '../database/database.js';
import { ArticlesRepository } from './articles.repository.js';

const text = { title: 'T', body: 'B', draft: false };

describe('ArticlesRepository', () => {
  let database: Database;
  let articles: ArticlesRepository;

  beforeEach(async () => {
    database = await Database.open(':memory:');
    articles = new ArticlesRepository(database);
  });
  afterEach(() => database.onApplicationShutdown());

  it('adds and finds', async () => {
    const added = await articles.add('ada', text);
    expect(added).toMatchObject({ ...text, author: 'ada' });
    expect(await articles.find(added.id)).toEqual(added);
    expect(await articles.find(99)).toBeUndefined();
  });

  it('tells published articles, drafts and those of one author apart, newest first', async () => {
    await articles.add('ada', text);
    await articles.add('ada', { ...text, draft: true });
    await articles.add('grace', text);
    expect((await articles.published()).map(({ id }) => id)).toEqual([3, 1]);
    expect((await articles.drafts()).map(({ id }) => id)).toEqual([2]);
    expect((await articles.by('ada')).map(({ id }) => id)).toEqual([2, 1]);
  });

  it('searches titles, and takes the text as it is', async () => {
    await articles.add('ada', { ...text, title: '100% Gatehouse' });
    await articles.add('ada', { ...text, title: 'Gatehouse' });
    expect(await articles.search('gate')).toHaveLength(2);
    expect(await articles.search('0% g')).toHaveLength(1);
    expect(await articles.search("%' OR 1=1 --")).toHaveLength(0);
  });

  it('changes what is given and nothing else', async () => {
    const { id } = await articles.add('ada', text);
    expect(await articles.change(id, { title: 'New' })).toMatchObject({
      title: 'New',
      body: 'B',
      author: 'ada',
    });
    expect(await articles.change(99, { title: 'New' })).toBeUndefined();
  });

  it('removes', async () => {
    const { id } = await articles.add('ada', text);
    expect(await articles.remove(id)).toBe(true);
    expect(await articles.remove(id)).toBe(false);
  });
});
