import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api.ts';
import { Badge } from '../../parts/badge.tsx';
import { serviceRoutes } from '../../parts/service-routes.ts';
import { useLive } from '../../parts/use-live.ts';
import type { Page } from '../../types.ts';

interface Scan {
  readonly id: string;
  readonly repository_url: string;
  readonly ref?: string | null;
  readonly commit?: string | null;
  readonly status: string;
  readonly jobs?: readonly { readonly kind: string; readonly status: string }[];
  readonly summary?: { readonly text: string } | null;
  readonly reason?: string;
  readonly results_expired?: boolean;
  readonly findings?: Page<Finding>;
}

interface Finding {
  readonly severity?: string;
  readonly rule?: string;
  readonly path?: string;
  readonly line?: number;
  readonly message?: string;
}

const route = '/api/v1/scans';

/** Whether this service has the route for scans. */
function useScans(): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => {
    serviceRoutes().then(
      (routes) => setHas(routes.has(`GET ${route}`)),
      () => {},
    );
  }, []);
  return has;
}

const list = (limit: number) =>
  call<Page<Scan>>('GET', route, { query: { limit: String(limit) }, keyed: true });

export function LatestScans() {
  const has = useScans();
  const { data, error } = useLive(() => list(5), 3000, has ? 'scans' : undefined);
  if (!has) return null;
  return (
    <>
      <h3>Scans</h3>
      {error && <p class="quiet">{error.message}</p>}
      {data?.items.length === 0 && <p class="quiet">No scans yet.</p>}
      <ul class="rows">
        {data?.items.map((scan) => (
          <li key={scan.id}>
            <Name scan={scan} />
            <Badge state={scan.status} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Scans and their findings; nothing when the service has no scans. */
export function Scans() {
  const has = useScans();
  const { data, error, refresh } = useLive(() => list(20), 3000, has ? 'scans' : undefined);
  const [problem, setProblem] = useState<string>();
  if (!has) return null;

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const repository_url = String(new FormData(form).get('repository'));
    try {
      await call('POST', route, { body: { repository_url }, keyed: true });
      setProblem(undefined);
      form.reset();
    } catch (failure) {
      setProblem((failure as Error).message);
    }
    await refresh();
  }

  return (
    <section class="card" aria-labelledby="scans-title">
      <h2 id="scans-title">Scans</h2>
      <form onSubmit={submit}>
        <label for="repository">Scan a repository</label>
        <div class="field">
          <input id="repository" name="repository" required placeholder="https://…" autocomplete="off" />
          <button type="submit" class="primary">
            Scan
          </button>
        </div>
        <p class="field-error" role="alert">
          {problem ?? ''}
        </p>
      </form>
      {error && <p role="alert">{error.message}</p>}
      {data?.items.length === 0 && <p class="quiet">No scans yet.</p>}
      <ul class="files">
        {data?.items.map((scan) => (
          <ScanRow key={scan.id} scan={scan} />
        ))}
      </ul>
    </section>
  );
}

function ScanRow({ scan }: { readonly scan: Scan }) {
  const [open, setOpen] = useState(false);
  return (
    <li data-scan={scan.status}>
      <div class="file">
        <Name scan={scan} />
        <span class="row-counts">
          <small>{scan.jobs?.map(({ kind, status }) => `${kind} ${status}`).join(', ')}</small>
        </span>
        <Badge state={scan.status} />
        <span class="actions">
          {!scan.results_expired && (
            <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
              Findings
            </button>
          )}
        </span>
      </div>
      {scan.summary && <p class="quiet">{scan.summary.text}</p>}
      {scan.reason && <p class="quiet">{scan.reason}</p>}
      {scan.results_expired && <p class="quiet">The findings have expired; scan again to see them.</p>}
      {open && !scan.results_expired && <Findings id={scan.id} />}
    </li>
  );
}

function Name({ scan: { repository_url, ref, commit } }: { readonly scan: Scan }) {
  return (
    <span class="file-name">
      <strong>{repository_url.replace(/^https:\/\//, '')}</strong>
      <small>{[ref, commit?.slice(0, 10)].filter(Boolean).join(' at ')}</small>
    </span>
  );
}

function Findings({ id }: { readonly id: string }) {
  const { data, error } = useLive(
    () => call<Scan>('GET', `${route}/:id`, { params: { id }, keyed: true }),
    3000,
    id,
  );
  if (error) return <p role="alert">{error.message}</p>;
  const findings = data?.findings?.items;
  if (!findings) return <p class="quiet">{data ? 'No findings yet.' : 'Loading the findings …'}</p>;
  if (findings.length === 0) return <p class="quiet">Nothing was found.</p>;
  return (
    <ul class="rows findings">
      {findings.map(({ severity, rule, path, line, message }, i) => (
        <li key={i}>
          <span>
            <strong>{message ?? rule}</strong>
            <small>
              {[severity, rule, path && `${path}${line ? `:${line}` : ''}`].filter(Boolean).join(' · ')}
            </small>
          </span>
        </li>
      ))}
    </ul>
  );
}
