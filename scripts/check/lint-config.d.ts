import type { Linter } from 'eslint';

export declare function lintConfig(root: string): Linter.Config[];
