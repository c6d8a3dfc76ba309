export { readFile } from 'node:fs/promises';

export declare const ca: string;
export declare const anotherCa: string;
export declare const ofTheSentinels: string;
