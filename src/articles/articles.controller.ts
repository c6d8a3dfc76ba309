import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import { Authenticated, CurrentUser, OptionalAuth, type Principal, Public } from 'nestjs-gatehouse';
import { AccessControl, Owner, Permissions, Roles } from 'nestjs-gatehouse';
import type { Article } from '../database/schema.js';
import { ArticleIdPipe } from './article-id.js';
import { ArticleOwner } from './article-owner.js';
import { ChangeArticleDto, SearchDto, WriteArticleDto } from './article.dto.js';
import { ArticlesRepository } from './articles.repository.js';

/** One route for each way of protecting a route. */
@Controller('articles')
export class ArticlesController {
  constructor(
    private readonly articles: ArticlesRepository,
    private readonly access: AccessControl,
  ) {}

  /** For everybody. */
  @Get()
  @Public()
  published(): Promise<Article[]> {
    return this.articles.published();
  }

  /** For everybody who is logged in. */
  @Get('mine')
  @Authenticated()
  mine(@CurrentUser() user: Principal): Promise<Article[]> {
    return this.articles.by(user.subject);
  }

  /** For a role, and so for every role that inherits from it. */
  @Get('drafts')
  @Roles('editor')
  drafts(): Promise<Article[]> {
    return this.articles.drafts();
  }

  /** For a permission, whichever roles grant it. */
  @Get('search')
  @Permissions('articles:read')
  search(@Query() { text }: SearchDto): Promise<Article[]> {
    return this.articles.search(text);
  }

  /** For everybody, but somebody who is logged in may see more: a decision in code. */
  @Get(':id')
  @OptionalAuth()
  async one(@Param('id', ArticleIdPipe) id: number, @CurrentUser() user?: Principal): Promise<Article> {
    const article = await this.articles.find(id);
    if (article === undefined || (article.draft && !this.maySeeDraft(article, user))) throw noArticle(id);
    return article;
  }

  @Post()
  @Permissions('articles:write')
  write(@Body() text: WriteArticleDto, @CurrentUser() user: Principal): Promise<Article> {
    return this.articles.add(user.subject, text);
  }

  /** For who may change every article, and for the owner of this one. */
  @Patch(':id')
  @Permissions('articles:update')
  @Owner(ArticleOwner)
  async change(@Param('id', ArticleIdPipe) id: number, @Body() text: ChangeArticleDto): Promise<Article> {
    const article = await this.articles.change(id, text);
    if (article === undefined) throw noArticle(id);
    return article;
  }

  @Delete(':id')
  @HttpCode(204)
  @Permissions('articles:delete')
  @Owner(ArticleOwner)
  async remove(@Param('id', ArticleIdPipe) id: number): Promise<void> {
    if (!(await this.articles.remove(id))) throw noArticle(id);
  }

  private maySeeDraft(article: Article, user: Principal | undefined): boolean {
    return (
      user !== undefined && (user.subject === article.author || this.access.can(user, 'articles:update'))
    );
  }
}

const noArticle = (id: number): NotFoundException => new NotFoundException(`There is no article ${id}`);
