import { expect } from 'chai';
import { type Answer, AnswerReader } from '../../../data/dynamodb/answer.ts';

const body = '{"Item":{"id":{"S":"é"}}}';
const length = Buffer.byteLength(body);
const whole = `HTTP/1.1 200 OK\r\nServer: Server\r\nContent-Length: ${length}\r\nx-amzn-RequestId:  ABC \r\n\r\n${body}`;

function read(...chunks: Buffer[]): Answer | undefined {
  const reader = new AnswerReader();
  let answer: Answer | undefined;
  for (const chunk of chunks) {
    expect(answer, 'the answer before its last byte').to.equal(undefined);
    answer = reader.add(chunk);
  }
  return answer;
}

function readText(text: string): Answer | undefined {
  return read(Buffer.from(text));
}

describe("the reader of DynamoDB's answers", () => {
  it('reads the same answer wherever it is divided', () => {
    const bytes = Buffer.from(whole);
    for (let from = 1; from < bytes.length; from++) {
      for (let to = from + 1; to < bytes.length; to += 7) {
        const answer = read(bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to));
        expect(answer?.response.statusCode).to.equal(200);
        expect(Buffer.from(answer?.response.body ?? []).toString()).to.equal(body);
        expect(answer?.response.headers).to.deep.equal({
          server: 'Server',
          'content-length': String(length),
          'x-amzn-requestid': 'ABC',
        });
      }
    }
  });

  it('reads one byte after the other, a body without bytes, and a status without a reason', () => {
    expect(read(...[...Buffer.from(whole)].map((byte) => Buffer.from([byte])))).to.have.property('response');
    expect(readText('HTTP/1.1 503\r\ncontent-length: 0\r\n\r\n')?.response).to.deep.include({
      statusCode: 503,
    });
  });

  it('tells whether the server keeps the connection', () => {
    expect(readText(whole)?.keepsAlive).to.equal(true);
    expect(readText(whole.replace('Server: Server', 'CONNECTION: Close'))?.keepsAlive).to.equal(false);
    expect(readText(whole.replace('Server: Server', 'Connection: keep-alive'))?.keepsAlive).to.equal(true);
  });

  const unknown: [string, string][] = [
    ['what is no HTTP', 'what?\r\n\r\n'],
    ['another version', whole.replace('HTTP/1.1', 'HTTP/1.0')],
    ['an interim answer', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['no length', whole.replace(/Content-Length: \d+\r\n/, '')],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx'],
    ['a list of lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nxx'],
    ['two lengths', whole.replace('Server: Server', 'content-length: 1')],
    ['chunks', whole.replace('Server: Server', 'Transfer-Encoding: chunked')],
    ['more bytes than the length says', `${whole}H`],
    ['a head without an end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}`],
  ];
  for (const [name, text] of unknown) {
    it(`refuses ${name}`, () => {
      expect(() => readText(text)).to.throw(Error);
    });
  }
});
