import { BadRequestException, type PipeTransform } from '@nestjs/common';

/** The id in a path. Handlers and owner rule both read it here: they must never speak of two different articles. */
export function articleId(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new BadRequestException('An article id is a whole number');
  return Number(text);
}

export class ArticleIdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    return articleId(text);
  }
}
