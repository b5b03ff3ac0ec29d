const NAMED = /(?:pass|passwd|password|secret|token|api_?key|pw)["']?\s*[=:]\s*["']?[^\s"']/i;
const IN_ADDRESS = /:\/\/[^/\s:@]*:[^/\s@]+@/;

/** Whether a text that is to be shown and written to a file holds what looks like a password. */
export const looksSecret = (text: string): boolean => NAMED.test(text) || IN_ADDRESS.test(text);
