import { useState } from 'preact/hooks';
import { call } from '../../api.ts';
import { bytes } from '../../parts/format.ts';
import { Question } from '../../parts/question.tsx';
import type { Ingest } from '../../types.ts';
import { uploadFile } from './upload.ts';

interface Props {
  readonly ingest: Ingest;
  readonly refresh: () => Promise<void>;
}

/** Whether the file's rows count in the rates, so that they can be taken out. */
export function isLive({ state, kind, duplicate_of }: Ingest): boolean {
  return state === 'committed' && kind === 'prices' && duplicate_of === undefined;
}

/** Takes a committed file's rows out of the rates, or puts those of another file in their place, after asking. */
export function Corrections({ ingest, refresh }: Props) {
  const [asked, setAsked] = useState<'retract' | 'replace'>();
  const close = () => setAsked(undefined);
  return (
    <>
      <button type="button" onClick={() => setAsked('replace')}>
        Replace
      </button>
      <button type="button" onClick={() => setAsked('retract')}>
        Retract
      </button>
      {asked === 'retract' && <Retract ingest={ingest} refresh={refresh} close={close} />}
      {asked === 'replace' && <Replace ingest={ingest} refresh={refresh} close={close} />}
    </>
  );
}

interface QuestionProps extends Props {
  readonly close: () => void;
}

function Retract({ ingest: { id, file_name, rows_accepted }, refresh, close }: QuestionProps) {
  return (
    <Question
      title={`Retract ${file_name}?`}
      answer="Retract"
      isDangerous
      close={close}
      carryOut={async () => {
        await call('DELETE', '/api/v1/ingests/:id', { params: { id }, keyed: true });
        await refresh();
      }}
    >
      <p>
        Its {rows_accepted.toLocaleString('en')} rows no longer count in the rates, from one moment on. To
        bring them back, upload the file again.
      </p>
    </Question>
  );
}

function Replace({ ingest: { id, kind, file_name, rows_accepted }, refresh, close }: QuestionProps) {
  const [share, setShare] = useState(0);
  const [file, setFile] = useState<File>();
  return (
    <Question
      title={`Replace ${file_name}?`}
      answer="Upload and replace"
      close={close}
      carryOut={async (signal) => {
        if (!file) throw new Error('Choose the file that takes its place.');
        await uploadFile(file, { kind, partial: false, replaces: id, progress: setShare, signal });
        await refresh();
      }}
    >
      <p>
        The rows of the new file take the place of its {rows_accepted.toLocaleString('en')} rows, all at one
        moment. When the new file is rejected, nothing changes.
      </p>
      <label>
        File of {kind}
        <input type="file" onChange={(event) => setFile(event.currentTarget.files?.[0])} />
      </label>
      {share > 0 && file && (
        <p class="quiet">
          <progress value={share} max={1} aria-label={`Upload of ${file.name}`} /> {bytes(share * file.size)}{' '}
          of {bytes(file.size)}
        </p>
      )}
    </Question>
  );
}
