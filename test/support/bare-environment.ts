/** The environment of what runs as if nothing were set: a test must not depend on who runs it. Compiled modules are found
 * again, which saves a process two thirds of the time that it takes to start and changes nothing else. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
}
