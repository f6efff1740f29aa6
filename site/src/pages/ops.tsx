import { useEffect } from 'preact/hooks';
import { useApiKey } from '../key.ts';
import { ForgetKey, KeyForm } from '../parts/key-form.tsx';
import { Ingests } from './ops/ingests.tsx';
import { Limiter } from './ops/limiter.tsx';
import { Scans } from './ops/scans.tsx';
import { Timings } from './ops/timings.tsx';
import { UploadForm } from './ops/upload-form.tsx';
import { useTimings } from './ops/use-timings.ts';

export default function OpsPage() {
  const key = useApiKey();
  useEffect(() => {
    document.title = 'Operations · Trellis';
  }, []);
  return key === undefined ? (
    <section class="card narrow">
      <h1>Operations</h1>
      <KeyForm why="The console needs it." />
    </section>
  ) : (
    <Console />
  );
}

function Console() {
  const timings = useTimings();
  return (
    <div class="ops">
      <div class="title-row">
        <h1>Operations</h1>
        <ForgetKey />
      </div>
      <UploadForm />
      <Ingests />
      <Scans />
      <Limiter timings={timings.data} />
      <Timings timings={timings} />
    </div>
  );
}
