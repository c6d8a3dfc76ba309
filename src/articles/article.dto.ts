import { IsBoolean, IsString, Length, MaxLength, ValidateIf } from 'class-validator';

// Not @IsOptional(): that one lets `null` through as well.
const IfGiven = () => ValidateIf((_dto: object, value: unknown) => value !== undefined);

export class WriteArticleDto {
  @IsString()
  @Length(1, 200)
  title!: string;

  @IfGiven()
  @IsString()
  @MaxLength(50_000)
  body: string = '';

  @IfGiven()
  @IsBoolean()
  draft: boolean = false;
}

export class ChangeArticleDto {
  @IfGiven()
  @IsString()
  @Length(1, 200)
  title?: string;

  @IfGiven()
  @IsString()
  @MaxLength(50_000)
  body?: string;

  @IfGiven()
  @IsBoolean()
  draft?: boolean;
}

export class SearchDto {
  @IsString()
  @Length(1, 100)
  text!: string;
}
