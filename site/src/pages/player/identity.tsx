import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { capitalized } from '../../parts/format.ts';
import type { Player } from '../../types.ts';

export function Identity({ player }: { readonly player: Player }) {
  const { username, name, team, position, number, country, height_m } = player;
  const facts = [
    ['Team', team],
    ['Position', position && capitalized(position)],
    ['Country', country],
    ['Height', height_m === undefined ? undefined : `${height_m.toFixed(2)} m`],
  ] as const;
  return (
    <header class="identity">
      <p class="shirt" aria-hidden="true">
        {number ?? '–'}
      </p>
      <div class="who">
        <h1>{name ?? username}</h1>
        <p class="quiet">
          @{username}
          {number === undefined ? '' : ` · number ${number}`}
        </p>
      </div>
      <dl class="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value ?? '–'}</dd>
          </div>
        ))}
      </dl>
      <Bio text={player.bio} />
    </header>
  );
}

/** Takes the same room for a text of any length; a button shows the rest. */
function Bio({ text = '' }: { readonly text?: string | undefined }) {
  const paragraph = useRef<HTMLParagraphElement>(null);
  const [overflows, setOverflows] = useState(false);
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => {
    const element = paragraph.current;
    setOverflows(element !== null && element.scrollHeight > element.clientHeight + 1);
  }, [text]);
  return (
    <div class={open ? 'bio open' : 'bio'}>
      <p ref={paragraph}>{text}</p>
      {overflows && (
        <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Less' : 'More'}
        </button>
      )}
    </div>
  );
}

export function identityPlaceholder(username: string) {
  return (
    <div class="identity">
      <p class="shirt bone" />
      <div class="who">
        <p class="h1">
          <span class="bone">{username}</span>
        </p>
        <p class="quiet">
          <span class="bone">@{username} · number</span>
        </p>
      </div>
      <dl class="facts">
        {['Team', 'Position', 'Country', 'Height'].map((label) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <span class="bone">forward</span>
            </dd>
          </div>
        ))}
      </dl>
      <div class="bio" />
    </div>
  );
}
