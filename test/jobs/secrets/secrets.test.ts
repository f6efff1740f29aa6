import { expect } from 'chai';
import { findSecrets, mask } from '../../../jobs/secrets/secrets.ts';
import { privateKey, slackWebhook } from '../../support/repository.ts';

describe('the secrets scanner', () => {
  it('finds a Slack webhook and a private key where they are, and keeps them to itself', async () => {
    const text = `// config\nconst hook = '${slackWebhook}';\n${privateKey}`;
    const found = await findSecrets('src/a.js', text);
    expect(found.map(({ rule, severity, line, column }) => ({ rule, severity, line, column }))).to.deep.equal(
      [
        { rule: 'slack/IncomingWebhook', severity: 'high', line: 2, column: 15 },
        { rule: 'privatekey/PrivateKey', severity: 'high', line: 3, column: 1 },
      ],
    );
    const shown = JSON.stringify(found);
    for (const secret of ['T00000001', 'abcdefghijklmnop', 'MIIEpAIBAAKCAQ'])
      expect(shown).not.to.include(secret);
    expect(found[0]?.message).to.equal('found Slack Incoming Webhook: ****');
  });

  it('is not switched off by comments of the repository', async () => {
    const text = `/* secretlint-disable */\n// secretlint-disable-next-line\nx = "${slackWebhook}"`;
    expect(await findSecrets('a.js', text)).to.have.length(1);
  });

  it('masks what a rule has forgotten to mask, and the length of the rest', () => {
    expect(mask('found hunter2 in *******', 'hunter2')).to.equal('found **** in ****');
    expect(mask('found', '')).to.equal('found');
  });
});
