import { IsString, Length, Matches } from 'class-validator';

// A name is shown in a list: no control characters, those of the direction of writing included, no halves of characters, one line.
const SHOWABLE = /^[^\p{Control}\p{Surrogate}\p{Bidi_Control}\u2028\u2029]*$/u;

export class NewApiKeyDto {
  @Matches(SHOWABLE, { message: 'name must be well-formed text without control characters' })
  @Length(1, 100)
  @IsString()
  name!: string;
}
