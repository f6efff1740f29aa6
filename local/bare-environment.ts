/** The environment of a process that must not depend on who runs it, nor see what is set there: where programs are, and where
 * Node finds compiled modules again, which saves two thirds of the time that a process takes to start. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
}
