import type { QuotesByDay } from '../../data/rates/segment.ts';

/** Days of answers that are kept; a day takes some 150 bytes. */
const keptDays = 100_000;
/** An answer counts as so many days more, for its key and its map. */
const overheadDays = 5;

/**
 * What lanes answered at the pointer's revision. At one revision an answer never changes, so readers of the same one share
 * it: the pointer, which each of them has read, tells whether anything was committed since.
 */
export interface Answers {
  /** @param read called when no answer of this revision is kept. Answers must not be changed: others get the same */
  at(revision: number, question: string, read: () => Promise<QuotesByDay>): Promise<QuotesByDay>;
}

interface Answer {
  readonly revision: number;
  readonly quotes: Promise<QuotesByDay>;
  days: number;
}

export function createAnswers(limit = keptDays): Answers {
  /** The answers by question, the ones that were used last at the end. */
  const answers = new Map<string, Answer>();
  let days = 0;

  function drop(question: string, answer: Answer): void {
    if (answers.get(question) !== answer) return;
    answers.delete(question);
    days -= answer.days;
  }

  function keep(question: string, answer: Answer): void {
    const before = answers.get(question);
    if (before) drop(question, before);
    answers.set(question, answer);
    days += answer.days;
    for (const [oldest, { days: held }] of answers) {
      if (days <= limit || oldest === question) return;
      answers.delete(oldest);
      days -= held;
    }
  }

  function at(revision: number, question: string, read: () => Promise<QuotesByDay>): Promise<QuotesByDay> {
    const kept = answers.get(question);
    if (kept?.revision === revision) {
      keep(question, kept);
      return kept.quotes;
    }
    // Others may have read a later pointer by now. This one began before, and its answer is not kept.
    if (kept && kept.revision > revision) return read();
    const answer: Answer = { revision, quotes: read(), days: overheadDays };
    keep(question, answer);
    answer.quotes.then(
      ({ size }) => {
        if (answers.get(question) !== answer) return;
        drop(question, answer);
        answer.days += size;
        keep(question, answer);
      },
      () => drop(question, answer),
    );
    return answer.quotes;
  }

  return { at };
}
