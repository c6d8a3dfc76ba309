import type { ClassProvider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AnyProblemDetailsFilter } from './any-problem-details.filter.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';

/** Registers the filter that writes problem documents: for our refusals (`own`), or for every error of the app (`all`). */
export function problemFilterProvider(problemDetailsFor: 'own' | 'all'): ClassProvider {
  return {
    provide: APP_FILTER,
    useClass: problemDetailsFor === 'all' ? AnyProblemDetailsFilter : ProblemDetailsFilter,
  };
}
