import { IsString, Length } from 'class-validator';

export class NewApiKeyDto {
  @Length(1, 100)
  @IsString()
  name!: string;
}
