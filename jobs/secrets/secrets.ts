import { extname } from 'node:path';
import { lintSource } from '@secretlint/core';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { Found } from '../../data/scans/finding.ts';

/**
 * secretlint's recommended rules, run as a library that reads no configuration. The repository's own configuration, and
 * its comments that switch rules off, have no effect: a repository must not choose what is found in it.
 */
const config = {
  rules: rules
    .filter(({ meta }) => !meta.id.endsWith('filter-comments'))
    .map((rule) => ({ id: rule.meta.id, rule, options: {} })),
};

/** Finds the secrets in a file. The findings contain no part of a secret. */
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
        // A hash of the secret would not be safe here: a short secret could be guessed from it.
        subject: masked,
      };
    });
}

/** Masks a secret in a message. secretlint writes a star for each character, which gives the length away, and a rule may
 * leave the secret itself in. */
export function mask(message: string, secret: string): string {
  const without = secret === '' ? message : message.replaceAll(secret, '****');
  return without.replace(/\*{4,}/g, '****');
}
