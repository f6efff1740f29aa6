import { join } from 'node:path';
import ts from 'typescript';
import { folders, root } from './manifest.ts';

/**
 * Files that a process has parsed. The declarations of @pulumi/aws are 10 MB: who compiles the package and then checks
 * programs against it reads them once.
 */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** A compiler's view of the disk that keeps what lies below any node_modules. */
export function compilerHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (file, version, ...rest) => {
    if (!file.includes('/node_modules/@pulumi/')) return read(file, version, ...rest);
    if (!parsed.has(file)) parsed.set(file, read(file, version, ...rest));
    return parsed.get(file);
  };
  return host;
}

/** The project's own options, for a program in `directory`. */
export function compilerOptions(directory: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, directory);
  return { ...options, types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };
}

/**
 * Compiles the sources in `<directory>/src` into `<directory>/lib`: JavaScript, declarations, and maps of both, which lead
 * back to the sources. Types are not checked: `npm run check` has done so.
 */
export function compile(directory: string): void {
  const options: ts.CompilerOptions = {
    ...compilerOptions(directory),
    noEmit: false,
    noCheck: true,
    rootDir: join(directory, 'src'),
    outDir: join(directory, 'lib'),
    declaration: true,
    declarationMap: true,
    sourceMap: true,
    rewriteRelativeImportExtensions: true,
  };
  const files = folders.flatMap((folder) =>
    ts.sys.readDirectory(join(directory, 'src', folder), ['.ts']).filter((file) => !file.endsWith('.d.ts')),
  );
  const program = ts.createProgram({ rootNames: files, options, host: compilerHost(options) });
  const { diagnostics } = program.emit();
  refuse([...program.getOptionsDiagnostics(), ...program.getSyntacticDiagnostics(), ...diagnostics]);
}

/** Type-checks programs as `tsc --noEmit` would. @returns the errors, one a line */
export function check(files: readonly string[], options: ts.CompilerOptions): string {
  const program = ts.createProgram({ rootNames: files, options, host: compilerHost(options) });
  return text(ts.getPreEmitDiagnostics(program));
}

function refuse(diagnostics: readonly ts.Diagnostic[]): void {
  if (diagnostics.length > 0) throw new Error(text(diagnostics));
}

function text(diagnostics: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (file) => file,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  });
}
