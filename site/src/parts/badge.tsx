const tones: Record<string, string> = {
  committed: 'good',
  completed: 'good',
  answers: 'good',
  running: 'busy',
  queued: 'busy',
  awaiting_upload: 'busy',
  retracting: 'busy',
  partial: 'warning',
  rejected: 'warning',
  failed: 'bad',
  'no answer': 'bad',
};

/** A state as text and color. */
export function Badge({ state }: { readonly state: string }) {
  return <span class={`badge ${tones[state] ?? ''}`}>{state.replaceAll('_', ' ')}</span>;
}
