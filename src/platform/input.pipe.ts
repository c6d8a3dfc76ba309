import { type ArgumentMetadata, BadRequestException, ValidationPipe } from '@nestjs/common';

/** Validates the DTOs of the app; path parameters have pipes of their own, and what Gatehouse reads it validates itself. */
export class InputPipe extends ValidationPipe {
  constructor() {
    super({ transform: true, whitelist: true, stopAtFirstError: true });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype = Object } = metadata;
    if (type === 'param' || !this.toValidate({ type, metatype })) return value;
    // Our DTOs are flat, and a deep body would exhaust the recursion of class-transformer.
    if (isNested(value)) throw new BadRequestException('Expected plain values, no lists or objects');
    return super.transform(value, metadata);
  }
}

function isNested(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Array.isArray(value) || Object.values(value).some(isObject);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
