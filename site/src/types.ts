import type { IngestState } from '../../contract/ingest.ts';

/** Answers of the service, as far as the site uses them. */
export interface Player {
  readonly username: string;
  readonly name?: string;
  readonly team?: string;
  readonly position?: string;
  readonly country?: string;
  readonly bio?: string;
  readonly number?: number;
  readonly height_m?: number;
}

export interface Season {
  readonly season: string;
  readonly games: number;
  readonly minutes: number;
  readonly goals: number;
  readonly assists: number;
}

export interface Stats {
  readonly seasons: readonly Season[];
  readonly totals: Omit<Season, 'season'>;
}

export interface Video {
  readonly id: string;
  readonly title: string;
  readonly src: string;
  readonly content_type: string;
  readonly size: number;
  readonly duration_s?: number;
  readonly width?: number;
  readonly height?: number;
  readonly poster?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

export interface ActiveStream {
  readonly stream_id: string;
  readonly expires_at: string;
  readonly video_name?: string;
  readonly src?: string;
}

export interface StreamList {
  readonly limit: number;
  readonly active: number;
  readonly items: readonly ActiveStream[];
}

export interface SavedString {
  readonly string: string;
  readonly version: number;
  readonly updated_at: string | null;
}

export interface Ingest {
  readonly id: string;
  readonly file_name: string;
  readonly kind: string;
  readonly size: number;
  readonly state: IngestState;
  readonly rows_read: number;
  readonly rows_accepted: number;
  readonly rows_rejected: number;
  readonly reason?: string;
  readonly rejects_key?: string;
  readonly rejects_url?: string;
  readonly duplicate_of?: string;
  readonly retries: number;
  readonly created_at: string;
  readonly complete?: boolean;
  readonly requested_by?: string;
  readonly replaces?: string;
  readonly replaced_by?: string;
  readonly retraction_requested_at?: string;
  readonly retraction_requested_by?: string;
  readonly ended_at?: string;
}
