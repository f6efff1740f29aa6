import { parseArgs } from 'node:util';
import { expect } from 'chai';
import { isLoopback, options, readArguments } from '../../../bench/load/arguments.ts';
import { rateAt } from '../../../bench/load/rate.ts';

const local = ['--url', 'http://127.0.0.1:8080'];
const parseArguments = (args: string[]) => readArguments(parseArgs({ args, options }).values);
const elsewhere = ['--url', 'https://api.example.com'];

describe('arguments of the load test', () => {
  for (const [host, expected] of [
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['[::1]', true],
    ['localhost', true],
    ['10.0.0.1', false],
    ['0.0.0.0', false],
    ['localhost.example.com', false],
    ['127.0.0.1.example.com', false],
  ] as const) {
    it(`${host} is ${expected ? '' : 'not '}this machine`, () => expect(isLoopback(host)).to.equal(expected));
  }

  it('send nothing elsewhere without the confirmation, which names the host', () => {
    const confirm = (host: string) => parseArguments([...elsewhere, '--i-own-this-target', host]).dryRun;
    expect(parseArguments(elsewhere).dryRun).to.equal('not confirmed');
    expect(confirm('other.example.com')).to.equal('not confirmed');
    expect(confirm('api.example.com')).to.equal(undefined);
    expect(parseArguments(local).dryRun).to.equal(undefined);
    expect(parseArguments([...local, '--dry-run']).dryRun).to.equal('asked for');
  });

  for (const [args, message] of [
    [['--rate', '2001'], 'from 1 to 2000'],
    [['--rate', '0'], 'from 1 to 2000'],
    [['--ramp', '50-500'], 'must be N..M'],
    [['--ramp', '1..5', '--rate', '3'], 'not both'],
    [['--duration', '31m'], 'at most 30m'],
    [['--duration', '60'], 'such as 90s or 5m'],
    [['--scenario', 'all'], 'mixed, page, api'],
    [['--url', 'http://127.0.0.1:8080/page'], 'must be an origin'],
  ] as const) {
    it(`refuse ${args.join(' ')}`, () => expect(() => parseArguments([...local, ...args])).to.throw(message));
  }

  it('ramp from one rate to the other', () => {
    expect([0, 0.5, 1, 2].map((share) => rateAt({ from: 50, to: 150 }, share))).to.deep.equal([
      50, 100, 150, 150,
    ]);
  });
});
