import { lintConfig } from './scripts/check/lint-config.js';

export default lintConfig(import.meta.dirname);
