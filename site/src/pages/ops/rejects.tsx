import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api.ts';
import { Scroll } from '../../parts/scroll.tsx';
import type { Ingest } from '../../types.ts';

interface Reject {
  readonly line: number;
  readonly column: number | string | null;
  readonly code: string;
  readonly value: unknown;
  readonly raw: string;
}

/** Rows that are shown; the file has the first 10,000. */
const shown = 20;
/** Bytes of the file that are read for those. */
const readAtMost = 64 * 1024;

/** The first rows that a file's check refused, and all of them as a download. */
export function Rejects({ id, fileName }: { readonly id: string; readonly fileName: string }) {
  const [rejects, setRejects] = useState<readonly Reject[]>();
  const [url, setUrl] = useState<string>();
  const [error, setError] = useState<string>();

  useEffect(() => {
    let unmounted = false;
    load(id).then(
      (found) => {
        if (unmounted) return;
        setUrl(found.url);
        setRejects(found.rejects);
      },
      (failure: Error) => unmounted || setError(failure.message),
    );
    return () => {
      unmounted = true;
    };
  }, [id]);

  if (error) return <p role="alert">{error}</p>;
  if (!rejects) return <p class="quiet">Loading the rejected rows …</p>;
  return (
    <div class="rejects">
      <Scroll label={`Rejected rows of ${fileName}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Column</th>
              <th scope="col">Problem</th>
              <th scope="col">Value</th>
              <th scope="col">Row</th>
            </tr>
          </thead>
          <tbody>
            {rejects.map(({ line, column, code, value, raw }, i) => (
              <tr key={i}>
                <td class="number">{line}</td>
                <td>{column ?? '–'}</td>
                <td>{code.replaceAll('_', ' ')}</td>
                <td>
                  <code>{value === null || value === undefined ? '' : String(value)}</code>
                </td>
                <td>
                  <code>{raw}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p>
        <a href={url} download={`${fileName}.rejects.ndjson`}>
          Download the rejected rows
        </a>
      </p>
    </div>
  );
}

async function load(id: string): Promise<{ url: string; rejects: Reject[] }> {
  const { rejects_url } = await call<Ingest>('GET', '/api/v1/ingests/:id', { params: { id }, keyed: true });
  if (!rejects_url) throw new Error('The rejected rows are no longer kept.');
  const answer = await fetch(rejects_url, { headers: { range: `bytes=0-${readAtMost - 1}` } });
  if (!answer.ok)
    throw new Error(`The rejected rows could not be read: the bucket answered ${answer.status}.`);
  const text = await answer.text();
  const lines = text.split('\n');
  // The last one may be cut off by the range.
  const whole = answer.status === 206 && text.length >= readAtMost ? lines.slice(0, -1) : lines;
  const rejects = whole
    .filter(Boolean)
    .slice(0, shown)
    .map((line) => JSON.parse(line) as Reject);
  return { url: rejects_url, rejects };
}
