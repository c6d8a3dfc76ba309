import { IsString, Length } from 'class-validator';

export class ChangePasswordDto {
  @Length(1, 256)
  @IsString()
  currentPassword!: string;

  @Length(10, 256)
  @IsString()
  newPassword!: string;
}
