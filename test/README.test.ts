import { expect } from 'chai';
import { Newcomer } from './docs/newcomer.ts';
import { promiseOf } from './docs/promises.ts';
import { walk } from './docs/walk.ts';
import { freePort } from './support/free-port.ts';

/** All that a newcomer has; cat is in the README's own `$(cat .trellis/api-key)`. */
const programs = ['node', 'npm', 'git', 'curl', 'sh', 'cat'];

/** What installs (`npm run drill:package` does), needs AWS, takes minutes, or is this very test. */
const notRun = [
  /^npm run pack$/,
  /^cd \.\.\/shop/,
  /--prefix \.\.\/trellis/,
  /^npm ci$/,
  /^npm test$/,
  /^npm run bench$/,
  /^npm run up\b/,
  /\bpulumi /,
];

describe('The README, command by command', function () {
  this.timeout(120_000);
  let newcomer: Newcomer;
  before(async () => {
    newcomer = new Newcomer([await freePort()], programs);
  });
  after(() => newcomer.leave());

  walk({
    document: 'README.md',
    newcomer: () => newcomer,
    isRun: (command) => !notRun.some((pattern) => pattern.test(command)),
    promiseOf,
  });

  it('still has its data after the second start', async () => {
    const { output } = await newcomer.terminal().run(newcomer.adapt('curl localhost:8080/page'));
    expect(output).to.contain('<h1>The saved string is new string</h1>');
  });

  it('ends at Ctrl-C', () => newcomer.stopSystem());
});

describe('What the README promises', () => {
  it('is said of each of its commands, so that a new one is red', () => {
    expect(() => promiseOf('npm run news')).to.throw('npm run news');
  });
});
