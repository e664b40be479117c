import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** One argument or output of a component. */
export interface Member {
    readonly name: string;
    readonly type: string;
    readonly optional: boolean;
    readonly doc: string;
    /** What holds without it, if its comment says so. */
    readonly fallback: string | undefined;
}

export interface Component {
    readonly name: string;
    readonly file: string;
    /** Pulumi's type token. */
    readonly token: string;
    readonly doc: string;
    readonly args: readonly Member[];
    readonly outputs: readonly Member[];
}

/** The components of a folder's source files, by their syntax alone: nothing is compiled or run. */
export function componentsIn(root: string, folder: string): readonly Component[] {
    const types = new Map<string, ts.InterfaceDeclaration | ts.TypeAliasDeclaration>();
    const classes: [string, ts.ClassDeclaration][] = [];
    const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((file) =>
        file.endsWith(".ts"),
    );
    for (const file of files.map((path) => `${folder}/${path}`).sort()) {
        const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
        for (const statement of source.statements) {
            if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
                types.set(statement.name.text, statement);
            } else if (ts.isClassDeclaration(statement)) {
                classes.push([file, statement]);
            }
        }
    }
    const members = (node: ts.Node): readonly Member[] => membersOf(node, (name) => types.get(name));
    return classes.flatMap(([file, node]) => componentOf(node, file, members));
}

/** The members of a type, those of the types that it is made of first. */
function membersOf(node: ts.Node, declared: (name: string) => ts.Node | undefined): readonly Member[] {
    const within = (inner: ts.Node) => membersOf(inner, declared);
    if (ts.isInterfaceDeclaration(node)) {
        const bases = node.heritageClauses?.flatMap(({ types }) => types.flatMap(within)) ?? [];
        return [...bases, ...node.members.flatMap(memberOf)];
    }
    if (ts.isTypeAliasDeclaration(node)) {
        return within(node.type);
    }
    if (ts.isTypeLiteralNode(node)) {
        return node.members.flatMap(memberOf);
    }
    if (ts.isIntersectionTypeNode(node)) {
        return node.types.flatMap(within);
    }
    if (!ts.isTypeReferenceNode(node) && !ts.isExpressionWithTypeArguments(node)) {
        return [];
    }
    const name = (ts.isTypeReferenceNode(node) ? node.typeName : node.expression).getText();
    const [from, keys] = node.typeArguments ?? [];
    if (from !== undefined && (name === "Pick" || name === "Omit")) {
        const named = (member: Member) => keys?.getText().includes(`"${member.name}"`) === true;
        return within(from).filter((member) => named(member) === (name === "Pick"));
    }
    const found = declared(name);
    return found === undefined ? [] : within(found);
}

/** A class that registers itself with the engine under a token. */
function componentOf(
    node: ts.ClassDeclaration,
    file: string,
    members: (type: ts.Node) => readonly Member[],
): Component[] {
    const constructor = node.members.find(ts.isConstructorDeclaration);
    const token = /\bsuper\(\s*"(keyless:[\w:]+)"/.exec(constructor?.getText() ?? "")?.[1];
    if (node.name === undefined || token === undefined) {
        return [];
    }
    const args = constructor?.parameters[1]?.type;
    const implemented = node.heritageClauses?.flatMap(({ types }) => types.flatMap(members)) ?? [];
    const outputs = node.members
        .filter((member) => !isHidden(member))
        .flatMap((member) => [...memberOf(member), ...contractIn(member, members)]);
    return [
        {
            name: node.name.text,
            file,
            token,
            doc: docOf(node),
            args: args === undefined ? [] : members(args),
            outputs: outputs.map((output) => ({
                ...output,
                doc: output.doc || (implemented.find(({ name }) => name === output.name)?.doc ?? ""),
            })),
        },
    ];
}

/** What a component's `contract` holds: outputs, too. */
function contractIn(node: ts.Node, members: (type: ts.Node) => readonly Member[]): Member[] {
    return ts.isPropertyDeclaration(node) && node.name.getText() === "contract" && node.type !== undefined
        ? members(node.type).map((member) => ({ ...member, name: `contract.${member.name}` }))
        : [];
}

function isHidden(member: ts.ClassElement): boolean {
    const hidden = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword, ts.SyntaxKind.StaticKeyword];
    return ts.canHaveModifiers(member) && (ts.getModifiers(member) ?? []).some(({ kind }) => hidden.includes(kind));
}

function memberOf(node: ts.Node): Member[] {
    if (!ts.isPropertySignature(node) && !ts.isPropertyDeclaration(node)) {
        return [];
    }
    const type = (node.type?.getText() ?? "").replace(/\s*\|\s*undefined$/, "").replace(/\s+/g, " ");
    const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "default");
    const fallback = tag === undefined ? undefined : textOf(tag.comment).replace(/^- /, "");
    return [
        { name: node.name.getText(), type, optional: node.questionToken !== undefined, doc: docOf(node), fallback },
    ];
}

function docOf(node: ts.Node): string {
    const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
    return textOf(doc?.comment);
}

/** A comment on one line, its links as code. */
function textOf(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
    const parts = typeof comment === "string" ? comment : (comment ?? []).map((part) => part.getText()).join("");
    return parts
        .replace(/\n[ \t]*\*?[ \t]*/g, " ")
        .replace(/\{@link (\w+)[^}]*\}/g, "`$1`")
        .trim();
}
