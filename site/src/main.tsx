import { type ComponentType, render } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { prefetchProfile } from './data.ts';
import { Shell } from './parts/shell.tsx';
import { onNavigate, pages, type Route, routeOf } from './router.tsx';
import { startVitals } from './vitals.ts';

type PageComponent = ComponentType<{ username: string }>;

/** Code of pages that has been loaded, so that a prefetched page appears at once. */
const loaded: Partial<Record<Route['page'], PageComponent>> = {};

function App() {
  const [path, setPath] = useState(location.pathname);
  const [failed, setFailed] = useState(false);
  const [, update] = useState(0);
  const route = routeOf(path);
  const Page = loaded[route.page];

  useEffect(() => onNavigate(() => setPath(location.pathname)), []);
  useEffect(() => {
    if (route.page === 'unknown' || Page) return;
    load(route.page).then(
      () => update((n) => n + 1),
      () => setFailed(true),
    );
  }, [route.page, Page]);
  const first = path === initialPath;
  useLayoutEffect(() => {
    if (first) return;
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('main')?.focus();
  }, [path]);

  return (
    <Shell current={route.page}>
      {route.page === 'unknown' ? (
        <NotFound />
      ) : Page ? (
        <Page key={path} username={route.page === 'player' ? route.username : ''} />
      ) : failed ? (
        <p class="notice" role="alert">
          This page could not be loaded. <a href={path}>Try again</a>
        </p>
      ) : null}
    </Shell>
  );
}

function NotFound() {
  useEffect(() => {
    document.title = 'Not found · Trellis';
  }, []);
  return (
    <section class="card narrow">
      <h1>Nothing grows here</h1>
      <p>
        There is no page at <code>{location.pathname}</code>. <a href="/">Go to the start page</a>
      </p>
    </section>
  );
}

async function load(page: Exclude<Route['page'], 'unknown'>): Promise<void> {
  loaded[page] = (await pages[page]()).default as PageComponent;
}

const initialPath = location.pathname;
const start = routeOf(initialPath);
// Data and code of the page load at the same time, not one after the other.
if (start.page === 'player') prefetchProfile(start.username);
if (start.page !== 'unknown') {
  startVitals(start.page);
  await load(start.page).catch(() => {});
}
render(<App />, document.getElementById('app') as HTMLElement);
