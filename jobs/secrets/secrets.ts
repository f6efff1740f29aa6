import { extname } from 'node:path';
import { lintSource } from '@secretlint/core';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { Found } from '../../data/scans/finding.ts';

/**
 * secretlint's recommended rules as a library: no configuration is looked for, the repository's own least of all. Its
 * comments that switch rules off are not honoured either, since a repository may not choose what is found in it.
 */
const config = {
  rules: rules
    .filter(({ meta }) => !meta.id.endsWith('filter-comments'))
    .map((rule) => ({ id: rule.meta.id, rule, options: {} })),
};

/** The secrets in a file. Nothing of a secret itself is in what comes back. */
export async function findSecrets(path: string, text: string): Promise<Found[]> {
  const source = { filePath: path, content: text, ext: extname(path), contentType: 'text' as const };
  const options = { noPhysicFilePath: true, maskSecrets: true, config };
  const { messages } = await lintSource({ source, options });
  return messages
    .filter((message) => message.type === 'message')
    .map(({ message, messageId, ruleId, range, loc }) => {
      const masked = mask(message, text.slice(range[0], range[1]));
      return {
        rule: `${ruleId.replace(/^.*secretlint-rule-/, '')}/${messageId}`,
        severity: 'high',
        message: masked,
        path,
        line: loc.start.line,
        end_line: loc.end.line,
        column: loc.start.column + 1,
        // Not even a hash of the secret: a short one could be guessed from it.
        subject: masked,
      };
    });
}

/** secretlint writes a star for each character, which tells the length; and a rule may forget to. */
export function mask(message: string, secret: string): string {
  const without = secret === '' ? message : message.replaceAll(secret, '****');
  return without.replace(/\*{4,}/g, '****');
}
