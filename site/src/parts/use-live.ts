import { useEffect, useRef, useState } from 'preact/hooks';

export interface Live<T> {
  readonly data: T | undefined;
  readonly error: Error | undefined;
  /** Looks now instead of at the next turn. */
  readonly refresh: () => Promise<void>;
}

/**
 * Looks again and again while the page is visible.
 * @param period milliseconds between an answer and the next look
 * @param key starts anew when it changes; undefined means not to look
 */
export function useLive<T>(load: () => Promise<T>, period: number, key: string | undefined = ''): Live<T> {
  const [state, setState] = useState<Omit<Live<T>, 'refresh'>>({ data: undefined, error: undefined });
  const latest = useRef(load);
  latest.current = load;
  const look = useRef(async () => {});

  useEffect(() => {
    setState({ data: undefined, error: undefined });
    if (key === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    async function turn(): Promise<void> {
      clearTimeout(timer);
      try {
        const data = await latest.current();
        if (!ended) setState({ data, error: undefined });
      } catch (error) {
        if (!ended) setState(({ data }) => ({ data, error: error as Error }));
      }
      clearTimeout(timer);
      if (!ended && !document.hidden) timer = setTimeout(turn, period);
    }
    const onVisible = () => void (document.hidden || turn());
    look.current = turn;
    document.addEventListener('visibilitychange', onVisible);
    void turn();
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [period, key]);

  return { ...state, refresh: () => look.current() };
}
