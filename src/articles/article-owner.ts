import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { Principal } from 'nestjs-gatehouse';
import { OwnershipResolver } from 'nestjs-gatehouse';
import { articleId } from './article-id.js';
import { ArticlesRepository } from './articles.repository.js';

/** An article belongs to its author. Asked only about callers who may not change every article anyway. */
@Injectable()
export class ArticleOwner extends OwnershipResolver {
  constructor(private readonly articles: ArticlesRepository) {
    super();
  }

  async owns({ subject }: Principal, context: ExecutionContext): Promise<boolean> {
    const { params } = context.switchToHttp().getRequest<{ params: { id: string } }>();
    const article = await this.articles.find(articleId(params.id));
    return article?.author === subject;
  }
}
