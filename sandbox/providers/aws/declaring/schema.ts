import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The type of a property. */
export type PropertyType =
    | { readonly kind: "string" | "number" | "boolean" | "any" }
    /** A JSON document, as a string or an object. */
    | { readonly kind: "document" }
    | { readonly kind: "array" | "map"; readonly of: PropertyType }
    | { readonly kind: "object"; readonly fields: () => Fields };

export interface Field {
    readonly type: PropertyType;
    readonly required: boolean;
}

export type Fields = ReadonlyMap<string, Field>;

export interface Output {
    /** It has a value even if the program gives none: AWS chooses it, and keeps it if the argument is removed. */
    readonly always: boolean;
    /** The zero value; undefined for objects. */
    readonly empty: "" | 0 | false | readonly [] | undefined;
}

/** The shape of a resource type. */
export interface Schema {
    readonly inputs: Fields;
    readonly outputs: ReadonlyMap<string, Output>;
}

const packageDir = dirname(require.resolve("@pulumi/aws/package.json"));
const known = new Map<string, Schema>();

/**
 * The shape of a resource type as the installed SDK declares it. Its declaration files always match what programs can
 * write; they are generated, so a few patterns parse them.
 */
export function schemaOf(type: string): Schema {
    const schema = known.get(type) ?? readSchema(type);
    known.set(type, schema);
    return schema;
}

function readSchema(type: string): Schema {
    const [, , name] = type.split(":");
    const text = declarationsOf(type);
    const outputs = [
        ...block(text, `export declare class ${name} extends`, "}").matchAll(
            /^ {4}readonly (\w+): pulumi\.Output<([^;{]*(?:\{[^}]*\})?[^;]*)>;$/gm,
        ),
    ];
    return {
        inputs: fieldsIn(block(text, `export interface ${name}Args {`, "}")),
        outputs: new Map(outputs.map(([, output, of]) => [output ?? "", outputOf(of ?? "")])),
    };
}

/** The arguments of a data source. */
export function argumentsOf(token: string): Fields {
    const name = token.replace(/^.*:(.)/, (_, first: string) => first.toUpperCase());
    return fieldsIn(block(declarationsOf(token), `export interface ${name}Args {`, "}"));
}

/** What a data source returns: each property, with its zero value where the provider sets none. */
export function resultsOf(token: string): ReadonlyMap<string, Output["empty"]> {
    const name = token.replace(/^.*:(.)/, (_, first: string) => first.toUpperCase());
    const results = block(declarationsOf(token), `export interface ${name}Result {`, "}").matchAll(
        /^ {4}readonly (\w+): ([^;{]*);$/gm,
    );
    return new Map([...results].map(([, result = "", of = ""]) => [result, outputOf(of).empty]));
}

function declarationsOf(token: string): string {
    const path = token.split(":")[1]?.replace(/^index\//, "");
    return readFileSync(join(packageDir, `${path}.d.ts`), "utf8");
}

function outputOf(text: string): Output {
    const of = text.replace(/ \| undefined$/, "");
    const plain = { string: "", number: 0, boolean: false } as const;
    const empty = of.endsWith("[]") ? ([] as const) : of in plain ? plain[of as keyof typeof plain] : undefined;
    return { always: of === text, empty };
}

/** The lines of a declaration, up to its closing brace. */
function block(text: string, opening: string, end: string): string {
    const from = text.indexOf(opening);
    return from < 0 ? "" : text.slice(from, text.indexOf(`\n${end}\n`, from) + 1);
}

function fieldsIn(text: string): Fields {
    const fields = text.matchAll(/^ +(\w+)(\??): ([^;{]*(?:\{[^}]*\})?[^;]*);$/gm);
    return new Map(
        [...fields].map(([, name, optional, of]) => [
            name ?? "",
            { type: parse(of ?? ""), required: optional !== "?" },
        ]),
    );
}

const inputTypes = {
    text: undefined as string | undefined,
    /** The members of `inputs.<namespace>.<name>`, or of `inputs.<name>`. */
    fields(namespace: string | undefined, name: string): Fields {
        this.text ??= readFileSync(join(packageDir, "types/input.d.ts"), "utf8");
        if (namespace === undefined) {
            return fieldsIn(block(this.text, `\nexport interface ${name} {`, "}"));
        }
        const scope = block(this.text, `export declare namespace ${namespace} {`, "}");
        return fieldsIn(block(scope, `    interface ${name} {`, "    }"));
    },
};

/** Parses a type as the SDK writes it: `pulumi.Input<pulumi.Input<inputs.ec2.SecurityGroupIngress>[] | undefined>`. */
function parse(text: string): PropertyType {
    const of = text.trim();
    const members = alternatives(of).filter((member) => member !== "undefined");
    if (members.length > 1) {
        return union(members);
    }
    return single(members[0] ?? "");
}

function single(of: string): PropertyType {
    const map = /^\{\s*\[key: string\]: (.*);\s*\}$/s.exec(of);
    if (map !== null) {
        return { kind: "map", of: parse(map[1] ?? "") };
    }
    if (of.endsWith("[]")) {
        return { kind: "array", of: parse(of.slice(0, -2)) };
    }
    if (of.startsWith("pulumi.Input<")) {
        return parse(of.slice("pulumi.Input<".length, -1));
    }
    const nested = /^inputs\.(?:(\w+)\.)?(\w+)$/.exec(of);
    if (nested !== null) {
        const [, namespace, name = ""] = nested;
        let fields: Fields | undefined;
        return { kind: "object", fields: () => (fields ??= inputTypes.fields(namespace, name)) };
    }
    if (of === "number" || of === "boolean") {
        return { kind: of };
    }
    // The rest is a string under another name: an enumeration, an ARN, a resource in place of its id.
    return { kind: of.startsWith("pulumi.asset") || of === "any" ? "any" : "string" };
}

function union(members: readonly string[]): PropertyType {
    if (members.some((member) => member.endsWith("PolicyDocument"))) {
        return { kind: "document" };
    }
    const kinds = members.map(single);
    return kinds.every((each) => each.kind === "string") ? { kind: "string" } : { kind: "any" };
}

/** Splits `a | b<c | d> | e` at the outermost bars. */
function alternatives(text: string): string[] {
    const parts: string[] = [];
    let depth = 0;
    let start = 0;
    for (const [i, character] of [...text].entries()) {
        if ("<{(".includes(character)) {
            depth++;
        } else if (">})".includes(character)) {
            depth--;
        } else if (character === "|" && depth === 0) {
            parts.push(text.slice(start, i).trim());
            start = i + 1;
        }
    }
    return [...parts, text.slice(start).trim()];
}
