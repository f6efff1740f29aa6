import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { entries, root } from '../package/manifest.ts';
import { typeText } from '../reference/sources.ts';

/** What each type may be, by module and name: the members of a union, or the type as it is written. An interface is told
 * by its name, since its members are compared one by one. */
export type Types = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * The types that the package's modules export. A union is told by its members also where it is made of a list, as in
 * `(typeof actions)[number]`, whose text stays the same when the list loses one.
 */
export function readTypes(): Types {
  const modules = Object.entries(entries()).map(([name, file]) => [name, join(root, file)] as const);
  const program = openSources(modules.map(([, file]) => file));
  const checker = program.getTypeChecker();
  const typesOf = (file: string) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile);
    const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
    return symbols
      .map((symbol) => [symbol.name, alternativesOf(checker, declared(checker, symbol))] as const)
      .filter((one): one is [string, string[]] => one[1] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  };
  return Object.fromEntries(modules.map(([name, file]) => [name, Object.fromEntries(typesOf(file))]));
}

/** The package's own sources. What they import from elsewhere is left out: AWS's declarations take seconds to read, and
 * where they are part of a type, the type is told as it is written. */
function openSources(rootNames: string[]): ts.Program {
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    allowImportingTsExtensions: true,
    types: [],
    lib: ['lib.es5.d.ts'],
  };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => ({
      resolvedModule: text.startsWith('.')
        ? { resolvedFileName: resolve(dirname(from), text), extension: ts.Extension.Ts }
        : undefined,
    }));
  return ts.createProgram({ rootNames, options, host });
}

/** What an index file exports stands in another file. */
function declared(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function alternativesOf(checker: ts.TypeChecker, symbol: ts.Symbol): string[] | undefined {
  if (symbol.flags & ts.SymbolFlags.Interface) return [symbol.name];
  const alias = symbol.declarations?.find(ts.isTypeAliasDeclaration);
  if (alias === undefined) return undefined;
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const members = type.isUnion() ? type.types : [type];
  if (members.every((member) => member.isLiteral())) {
    return members.map((member) => checker.typeToString(member)).sort();
  }
  const written = ts.isUnionTypeNode(alias.type) ? [...alias.type.types] : [alias.type];
  return written.map(typeText).sort();
}
