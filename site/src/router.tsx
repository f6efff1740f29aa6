import type { JSX } from 'preact';
import { prefetchProfile } from './data.ts';

export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'player'; readonly username: string }
  | { readonly page: 'ops' }
  | { readonly page: 'unknown' };

export function routeOf(path: string): Route {
  const plain = path.replace(/\/+$/, '');
  if (plain === '') return { page: 'home' };
  if (plain === '/ops') return { page: 'ops' };
  const player = /^\/players\/([^/]+)$/.exec(plain)?.[1];
  if (player === undefined) return { page: 'unknown' };
  try {
    return { page: 'player', username: decodeURIComponent(player) };
  } catch {
    return { page: 'unknown' };
  }
}

const navigated = new EventTarget();

export function onNavigate(listener: () => void): () => void {
  addEventListener('popstate', listener);
  navigated.addEventListener('navigate', listener);
  return () => {
    removeEventListener('popstate', listener);
    navigated.removeEventListener('navigate', listener);
  };
}

function navigate(path: string): void {
  history.pushState(null, '', path);
  navigated.dispatchEvent(new Event('navigate'));
}

/** A link within the site: changes the page without a reload, and prefetches its target when it is pointed at. */
export function Link({ href, ...rest }: JSX.IntrinsicElements['a'] & { href: string }) {
  const ahead = () => prefetch(routeOf(href));
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a {...rest} href={href} onClick={follow} onPointerEnter={ahead} onFocus={ahead} />;
}

export const pages = {
  home: () => import('./pages/home.tsx'),
  player: () => import('./pages/player.tsx'),
  ops: () => import('./pages/ops.tsx'),
};

/** Loads code and data of a page that is likely to be next. */
export function prefetch(route: Route): void {
  if (route.page === 'unknown' || savesData()) return;
  if (route.page === 'player') prefetchProfile(route.username);
  void pages[route.page]().catch(() => {});
}

function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  return connection?.saveData ?? false;
}

/** Runs when the browser is idle; Safari has no idle callback, so there it runs after 1.5 s. */
export function whenIdle(work: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const handle = requestIdleCallback(work, { timeout: 5000 });
    return () => cancelIdleCallback(handle);
  }
  const handle = setTimeout(work, 1500);
  return () => clearTimeout(handle);
}
