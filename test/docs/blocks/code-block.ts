import { markdown } from '../markdown.js';

/** A fenced block of a page. */
export interface CodeBlock {
  readonly page: string;
  readonly language: string;
  /** Of the block's first line of code, counted from 1. */
  readonly line: number;
  readonly text: string;
  /** The page whose app this is a file of, where that is another one. */
  readonly app?: string;
  /** The path of that file, where a later step replaces what stands at its own. */
  readonly place?: string;
}

const FENCE = /^( *)```(\w+)[^\n]*\n([\s\S]*?)^\1```$/gm;

/** What a page shows as code, in its order; blocks in lists lose their indentation. */
export function codeBlocks(page: string, ...languages: string[]): CodeBlock[] {
  const text = markdown(page);
  return [...text.matchAll(FENCE)]
    .map(({ index, 1: indent = '', 2: language = '', 3: code = '' }) => ({
      page,
      language,
      line: text.slice(0, index).split('\n').length + 1,
      text: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }))
    .filter(({ language }) => languages.includes(language));
}

/** The file that a block is, where its first line says so. */
export const pathOf = ({ text }: CodeBlock): string | undefined => /^\/\/ (src\/\S+)\n/.exec(text)?.[1];
