import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../package/manifest.ts';

/** An argument, a field or a method, as its source declares it. */
export interface Member {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
  /** What the `@default` says; undefined when there is none. */
  readonly fallback: string | undefined;
  readonly isOptional: boolean;
}

/** An interface: the arguments of a component or a part of them. */
export interface Shape {
  readonly name: string;
  readonly doc: string;
  readonly members: readonly Member[];
}

export interface Component {
  readonly name: string;
  readonly doc: string;
  readonly outputs: readonly Member[];
  readonly methods: readonly Member[];
}

/** A folder of components/ that others may import. */
export interface Folder {
  readonly name: string;
  readonly components: readonly Component[];
  readonly shapes: readonly Shape[];
}

/** What the sources of the components declare, without a type checker: types are told as they are written. */
export function readFolders(): Folder[] {
  const names = globSync('components/*/index.ts', { cwd: root }).map((file) => file.split('/')[1] as string);
  return names.sort().map(readFolder);
}

function readFolder(name: string): Folder {
  const statements = globSync(`components/${name}/*.ts`, { cwd: root })
    .sort()
    .flatMap((file) => [...parse(file).statements])
    .filter(isExported);
  return {
    name,
    components: statements.filter(ts.isClassDeclaration).filter(isComponent).map(componentOf),
    shapes: statements.filter(ts.isInterfaceDeclaration).map((one) => ({
      name: one.name.text,
      doc: docOf(one),
      members: one.members.filter(ts.isPropertySignature).map(memberOf),
    })),
  };
}

function parse(file: string): ts.SourceFile {
  const text = readFileSync(join(root, file), 'utf8');
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function isComponent({ heritageClauses }: ts.ClassDeclaration): boolean {
  return heritageClauses?.some((clause) => clause.getText().includes('pulumi.ComponentResource')) ?? false;
}

function componentOf(declaration: ts.ClassDeclaration): Component {
  return {
    name: declaration.name?.text ?? '',
    doc: docOf(declaration),
    outputs: declaration.members.filter(ts.isPropertyDeclaration).map(memberOf),
    methods: declaration.members.filter(ts.isMethodDeclaration).filter(isPublic).map(methodOf),
  };
}

function isPublic(method: ts.MethodDeclaration): boolean {
  return !(ts.getModifiers(method) ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
}

function memberOf(node: ts.PropertySignature | ts.PropertyDeclaration): Member {
  return {
    name: node.name.getText(),
    type: typeText(node.type),
    doc: docOf(node),
    fallback: tagOf(node, 'default'),
    isOptional: node.questionToken !== undefined,
  };
}

function methodOf(node: ts.MethodDeclaration): Member {
  const parameters = node.parameters.map((one) => one.getText().replace(/pulumi\.|aws\.\w+\./g, ''));
  return {
    name: `${node.name.getText()}(${parameters.join(', ')})`,
    type: typeText(node.type),
    doc: docOf(node),
    fallback: undefined,
    isOptional: false,
  };
}

/** As it is written, without the names of modules. */
export function typeText(node: ts.TypeNode | undefined): string {
  return (node?.getText() ?? '').replace(/\bpulumi\./g, '').replace(/\s+/g, ' ');
}

function docOf(node: ts.Node): string {
  const [first] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return ts.getTextOfJSDocComment(first?.comment) ?? '';
}

function tagOf(node: ts.Node, name: string): string | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === name);
  return tag === undefined ? undefined : (ts.getTextOfJSDocComment(tag.comment) ?? '');
}
