import { Injectable } from '@nestjs/common';
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { type Article, articles } from '../database/schema.js';

/** What an author writes. */
export type ArticleText = Pick<Article, 'title' | 'body' | 'draft'>;

const PAGE = 50;

/** The article table. */
@Injectable()
export class ArticlesRepository {
  constructor(private readonly database: Database) {}

  find(id: number): Promise<Article | undefined> {
    return this.database.orm.query.articles.findFirst({ where: eq(articles.id, id) });
  }

  /** The newest published articles. */
  published(): Promise<Article[]> {
    return this.newest(eq(articles.draft, false));
  }

  /** The newest published articles with this text in their title. */
  search(text: string): Promise<Article[]> {
    return this.newest(and(eq(articles.draft, false), sql`instr(lower(${articles.title}), lower(${text}))`));
  }

  /** The newest drafts of everybody. */
  drafts(): Promise<Article[]> {
    return this.newest(eq(articles.draft, true));
  }

  /** The newest articles of one author, drafts included. */
  by(author: string): Promise<Article[]> {
    return this.newest(eq(articles.author, author));
  }

  async add(author: string, text: ArticleText): Promise<Article> {
    const now = new Date();
    const rows = this.database.orm
      .insert(articles)
      .values({ ...text, author, createdAt: now, updatedAt: now });
    return rows.returning().get();
  }

  /** The changed article, or `undefined` when there is none with that id. */
  change(id: number, text: Partial<ArticleText>): Promise<Article | undefined> {
    const rows = this.database.orm.update(articles).set({ ...text, updatedAt: new Date() });
    return rows.where(eq(articles.id, id)).returning().get();
  }

  /** `false` when there is no article with that id. */
  async remove(id: number): Promise<boolean> {
    const { rowsAffected } = await this.database.orm.delete(articles).where(eq(articles.id, id));
    return rowsAffected > 0;
  }

  private newest(which: SQL | undefined): Promise<Article[]> {
    return this.database.orm.select().from(articles).where(which).orderBy(desc(articles.id)).limit(PAGE);
  }
}
