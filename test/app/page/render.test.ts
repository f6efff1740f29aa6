import { expect } from 'chai';
import fc from 'fast-check';
import { createRenderer, escapeHtml } from '../../../app/page/render.ts';

const saved = (string: string, version = 1) => ({ string, version, updated_at: null });

describe('the page as HTML', () => {
  it('has the heading of the contract', () => {
    expect(createRenderer()(saved('dynamic string'))).to.include(
      '<h1>The saved string is dynamic string</h1>',
    );
  });

  it('escapes what could be markup', () => {
    expect(escapeHtml(`<script a="b" c='d'>&amp;</script>`)).to.equal(
      '&lt;script a=&quot;b&quot; c=&#39;d&#39;&gt;&amp;amp;&lt;/script&gt;',
    );
  });

  it('shows any string as text, whatever is in it', () => {
    const plain = (html: string) =>
      html
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'&<>"\'/ab;#39$`\n') }), (text) => {
        const html = createRenderer()(saved(text));
        const heading = /<h1>The saved string is (.*)<\/h1>/s.exec(html)?.[1] as string;
        expect(heading).not.to.match(/[<>"']/);
        expect(plain(heading)).to.equal(text);
      }),
      { seed: 12, numRuns: 300 },
    );
  });

  it('renders once a version, and anew when a restored table counts versions from the start', () => {
    const render = createRenderer();
    expect(render(saved('a'))).to.include('is a</h1>');
    expect(render(saved('b', 2))).to.include('is b</h1>');
    expect(render(saved('c', 2))).to.include('is c</h1>');
    expect(render(saved('a', 1))).to.include('is a</h1>');
  });
});
