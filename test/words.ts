/**
 * Words that CONTRIBUTING.md's list replaced, or that make a sentence hard to read. A hyphen or a quote after a word makes
 * it a part of a name, which stays: an alias, or a URL.
 */
const retired =
  /(?<![-\w])(?:nobody|whoever|whomever|whose behalf|leash|lost[ -]?starts?|requisites|wayout|untold|undelivered)(?![-\w]|'(?!s))/gi;

/** @returns the retired words of a text, each as `<file>:<line>: <word>` */
export function retiredWords(file: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (line.match(retired) ?? []).map((word) => `${file}:${index + 1}: ${word}`));
}
