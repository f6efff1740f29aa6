import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Pack, pack } from 'tar-stream';
import { sourceObject } from '../../contract/scans.ts';
import { gitRefProblem, parseRepositoryUrl, type RepositoryRules } from '../../data/scans/repository-url.ts';
import { type JobContext, type JobResult, Refusal } from '../runtime/run-job.ts';
import { readBlobs } from './blobs.ts';
import { Git } from './git.ts';
import type { FetchLimits } from './limits.ts';
import { leavesTree, readTree, type Tree } from './tree.ts';

/** The most skipped files that the result names. */
const maxNamed = 1000;

/** Fetches a commit and puts its regular files into the bucket as one archive. They are read from git's objects and are
 * never checked out. */
export async function fetchSource(
  job: JobContext,
  rules: RepositoryRules,
  limits: FetchLimits,
): Promise<JobResult> {
  const { url, ref } = checked(job.arguments, rules);
  const directory = await mkdtemp(join(tmpdir(), 'trellis-fetch-'));
  try {
    const git = new Git(directory, { fileUrls: rules.fileUrls, limits });
    const commit = await git.fetch(url, ref);
    const tree = await listTree(git, commit, limits);
    await refuseEscapes(git, tree);
    await archive(job, git, tree);
    const facts = { commit, files: tree.files.length, bytes: tree.bytes, skipped: tree.skipped.length };
    const skipped = tree.skipped.slice(0, maxNamed);
    return { result: { ...facts, repository_url: url, ref, links: tree.links.length, skipped }, facts };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Checks what is handed to git, although the API has checked the same: a job may be submitted without the API. */
function checked(given: JobContext['arguments'], rules: RepositoryRules): { url: string; ref: string } {
  const repository = parseRepositoryUrl(String(given.repository_url), rules);
  if (typeof repository === 'string') throw new Refusal(`the URL of the repository ${repository}`);
  const ref = given.ref === undefined ? 'HEAD' : String(given.ref);
  const problem = gitRefProblem(ref);
  if (problem) throw new Refusal(`the ref ${problem}`);
  return { url: repository.url, ref };
}

async function listTree(git: Git, commit: string, limits: FetchLimits): Promise<Tree> {
  const listing = git.start(['ls-tree', '-r', '-z', '-l', '--full-tree', commit]);
  listing.stdin.end();
  listing.stderr.resume();
  try {
    return await readTree(listing.stdout, limits);
  } finally {
    listing.kill('SIGKILL');
  }
}

async function refuseEscapes(git: Git, { links }: Tree): Promise<void> {
  if (links.length === 0) return;
  // A link's content is its target. File systems limit paths to 4,096 bytes, so a longer one was made by hand.
  const long = links.find(({ size }) => size > 4096);
  if (long)
    throw new Refusal(
      `the repository has a symbolic link with a target of more than 4096 bytes: ${JSON.stringify(long.path)}`,
    );
  for await (const { entry, content } of blobs(git, links)) {
    if (leavesTree(entry.path, content.toString()))
      throw new Refusal(
        `the repository has a symbolic link that leads out of it: ${JSON.stringify(entry.path)}`,
      );
  }
}

async function archive({ objects, output }: JobContext, git: Git, tree: Tree): Promise<void> {
  const archive = pack();
  const sent = objects.put(`${output}/${sourceObject}`, archive, 'application/x-tar');
  // When the upload fails, the archive is no longer read; without this, filling it would wait forever.
  sent.catch((error) => archive.destroy(error));
  const filled = fill(archive, git, tree).catch((error) => {
    archive.destroy(error);
    throw error;
  });
  await Promise.all([filled, sent]);
}

async function fill(archive: Pack, git: Git, { files }: Tree): Promise<void> {
  for await (const { entry, content } of blobs(git, files)) {
    await new Promise<void>((resolve, reject) => {
      archive.once('error', reject);
      // Times and modes are fixed, so that the same commit always makes the same archive.
      archive.entry({ name: entry.path, mode: 0o644, mtime: new Date(0) }, content, (error) => {
        archive.off('error', reject);
        if (error) reject(error);
        else resolve();
      });
    });
  }
  archive.finalize();
}

async function* blobs(git: Git, entries: Tree['files']) {
  const catFile = git.start(['cat-file', '--batch']);
  catFile.stderr.resume();
  try {
    yield* readBlobs(catFile, entries);
  } finally {
    catFile.kill('SIGKILL');
  }
}
