import { IsString, MaxLength } from 'class-validator';

export class SetRolesDto {
  /** Names with a space in between; empty for none. */
  @MaxLength(512)
  @IsString()
  roles!: string;
}
