// What code of a page may use without importing it, where it is a part of a file: decorators and types of Nest,
// the app, and what is left out by `…`. The public names of the package are taken from its report.
import type { INestApplication } from '@nestjs/common';
import type { AuthModuleOptions } from 'nestjs-gatehouse';

export {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Injectable,
  Module,
  NotFoundException,
  Param,
  Patch,
  Post,
  Redirect,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
export type { ExecutionContext } from '@nestjs/common';
export { NestFactory } from '@nestjs/core';
export { SkipThrottle, Throttle } from '@nestjs/throttler';
export type { AuthModuleOptions };

export declare const app: INestApplication;

/** The members of an object that a page leaves out. */
export declare const assumed: AuthModuleOptions;

/** The same where a page names the required ones. */
export declare const assumedBesides: Partial<AuthModuleOptions>;

/** The rest of the class whose members a page shows. */
export class Surrounding {}
