import { Module } from '@nestjs/common';
import { ArticleOwner } from './article-owner.js';
import { ArticlesController } from './articles.controller.js';
import { ArticlesRepository } from './articles.repository.js';

@Module({ controllers: [ArticlesController], providers: [ArticlesRepository, ArticleOwner] })
export class ArticlesModule {}
