import type { ComponentChildren } from 'preact';
import { Link, type Route } from '../router.tsx';

interface ShellProps {
  readonly current: Route['page'];
  readonly children: ComponentChildren;
}

/** The header, navigation and footer around every page. */
export function Shell({ current, children }: ShellProps) {
  const mark = (page: Route['page']) => (page === current ? ('page' as const) : undefined);
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="top">
        <Link href="/" class="brand">
          <Logo />
          Trellis
        </Link>
        <nav aria-label="Main">
          <Link href="/" aria-current={mark('home')}>
            Home
          </Link>
          <Link href="/ops" aria-current={mark('ops')}>
            Operations
          </Link>
          <a href="/api/docs/">API</a>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer class="bottom">
        <span>Trellis</span>
        <a href="/page">Dynamic page</a>
        <a href="/api/openapi.json">OpenAPI</a>
      </footer>
    </>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M6 13 13 6M6 26 26 6M19 26l7-7M6 19l7 7M6 6l20 20M19 6l7 7" />
    </svg>
  );
}
