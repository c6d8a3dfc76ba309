import { IsBoolean, IsString, Length, MaxLength, ValidateIf } from 'class-validator';

// Not @IsOptional(): that one lets `null` through as well.
const IfGiven = () => ValidateIf((_dto: object, value: unknown) => value !== undefined);

export class WriteArticleDto {
  @Length(1, 200)
  @IsString()
  title!: string;

  @IfGiven()
  @MaxLength(50_000)
  @IsString()
  body: string = '';

  @IfGiven()
  @IsBoolean()
  draft: boolean = false;
}

export class ChangeArticleDto {
  @IfGiven()
  @Length(1, 200)
  @IsString()
  title?: string;

  @IfGiven()
  @MaxLength(50_000)
  @IsString()
  body?: string;

  @IfGiven()
  @IsBoolean()
  draft?: boolean;
}

export class SearchDto {
  @Length(1, 100)
  @IsString()
  text!: string;
}
