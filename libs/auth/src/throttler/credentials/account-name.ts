import { createHmac } from 'node:crypto';

// Letters with a stroke and ligatures, which Unicode doesn't take apart and directories do all the same.
const PLAIN: Readonly<Record<string, string>> = {
  Æ: 'AE',
  Œ: 'OE',
  Ø: 'O',
  Ł: 'L',
  Đ: 'D',
  Ð: 'D',
  Ħ: 'H',
  Ŧ: 'T',
  Þ: 'TH',
  Ŋ: 'N',
};
const LETTERS = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g');
// Accents, what is not displayed, white space and control characters.
const UNSEEN = /[\p{M}\p{Default_Ignorable_Code_Point}\p{C}\p{Z}]/gu;
const DIGIT = /\p{Nd}/gu;
const IS_DIGIT = /^\p{Nd}$/u;
const KATAKANA = /[\u30a1-\u30f6]/g;
const KANA_BLOCKS_APART = 0x60;
const SMALL_KANA = /[ぁぃぅぇぉっゃゅょゎゕゖ]/g;
const LARGE_KANA = { ゕ: 'か', ゖ: 'け' } as Readonly<Record<string, string>>;

/**
 * One text for every spelling of a name that some directory takes for the same account: without accents, case, width,
 * ligatures, spaces and invisible characters, with digits and kana of one script. To merge two accounts does no harm here,
 * to miss a spelling gives a guesser a fresh budget.
 */
export function foldedAccount(name: string): string {
  // Upper case last: of it `ß`, `ς` and dotless `ı` have one form only. What it takes apart is looked at once more.
  const folded = name.normalize('NFKD').replace(UNSEEN, '').toLowerCase().toUpperCase();
  const letters = folded.normalize('NFKD').replace(UNSEEN, '').replace(LETTERS, plain);
  // Some directories read `ß` as one `s`, others as two.
  return letters
    .replace(DIGIT, asciiDigit)
    .replace(KATAKANA, hiragana)
    .replace(SMALL_KANA, large)
    .replace(/S{2,}/g, 'S');
}

/** What stands for a name where it must not be told: one text for all spellings, which nobody can make without the key. */
export function maskedAccount(name: string, key: Buffer): string {
  return createHmac('sha256', key).update(foldedAccount(name)).digest().subarray(0, 16).toString('base64url');
}

/** Each script has its digits in a row, from 0 on, and some scripts follow each other. */
function asciiDigit(digit: string): string {
  let before = 0;
  while (IS_DIGIT.test(String.fromCodePoint(digit.codePointAt(0)! - before - 1))) before++;
  return String(before % 10);
}

function hiragana(kana: string): string {
  return String.fromCodePoint(kana.codePointAt(0)! - KANA_BLOCKS_APART);
}

/** A small one comes right before the large one, but for two. */
function large(kana: string): string {
  return LARGE_KANA[kana] ?? String.fromCodePoint(kana.codePointAt(0)! + 1);
}

function plain(letter: string): string {
  return PLAIN[letter] ?? letter;
}
