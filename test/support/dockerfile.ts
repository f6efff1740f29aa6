/** An instruction of a Dockerfile, of the stage that it stands in. */
export interface Instruction {
  stage: number;
  keyword: string;
  /** Everything after the keyword, continued lines joined. */
  text: string;
}

/** The instructions of a Dockerfile in order; enough of the format for one that uses no heredocs. */
export function parseDockerfile(source: string): Instruction[] {
  let stage = -1;
  return source
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [keyword = '', ...rest] = line.trim().split(/\s+/);
      if (keyword === 'FROM') stage += 1;
      return { stage, keyword, text: rest.join(' ') };
    });
}

/** The instructions of one kind in the last stage, which is the image. */
export function inImage(instructions: Instruction[], keyword: string): string[] {
  const last = Math.max(...instructions.map(({ stage }) => stage));
  return instructions
    .filter((instruction) => instruction.stage === last && instruction.keyword === keyword)
    .map(({ text }) => text);
}

/** A command in exec form; throws for one that a shell would run. */
export function execForm(text: string): string[] {
  const command: unknown = JSON.parse(text.slice(text.indexOf('[')));
  if (!Array.isArray(command)) throw new Error(`not in exec form: ${text}`);
  return command;
}
