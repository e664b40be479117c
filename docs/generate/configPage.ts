import { configKeys, fallback, sentence, type Key } from "./configKeys";
import { anchor, code, page, table } from "./markdown";

/** A group of keys at its path, such as `access.tenants[]`. */
interface KeyGroup {
    readonly path: string;
    readonly key: Key;
    readonly alternatives: readonly Key[];
}

/** docs/reference/config.md: a table for each group of keys. */
export function configPage(): string {
    return page(
        "Config reference",
        `Every key of \`Pulumi.<stack>.yaml\`, each under the project's prefix: \`platform\` is \`keyless:platform\` there.
[Pulumi.dev.yaml](../../Pulumi.dev.yaml) is a commented example, and [keyless.schema.json](../../keyless.schema.json) lets an
editor complete and check a stack's file.`,
        `Invalid config is rejected before anything changes. All errors are reported together, each with the key, the value, the
allowed values and a fix; unknown keys are errors too.`,
        keyTable({ path: "", key: configKeys, alternatives: [configKeys] }),
        ...Object.entries(configKeys.properties ?? {}).flatMap(([name, key]) => groupsOf(name, key).map(render)),
    );
}

/** The README's excerpt: what stands at the top. */
export function configExcerpt(): string {
    const top = Object.entries(configKeys.properties ?? {});
    return table(
        ["Key", "What it sets"],
        top.map(([name, key]) => [code(`keyless:${name}`), sentence(key)]),
    );
}

/** The group at a path and all groups in it; nothing for a single value. */
function groupsOf(path: string, key: Key): KeyGroup[] {
    const alternatives = groupOf(key);
    if (alternatives.length === 0) {
        return [];
    }
    const own = { path: key.items === undefined ? path : `${path}[]`, key, alternatives };
    return [own, ...Object.entries(merged(own)).flatMap(([name, inner]) => groupsOf(`${own.path}.${name}`, inner))];
}

/** The forms that a group of keys may have; none for a single value. */
function groupOf(key: Key): readonly Key[] {
    const { anyOf = [], items } = key;
    const forms = items === undefined ? [key, ...anyOf] : [items];
    return forms.filter((form) => form.properties !== undefined);
}

function merged({ alternatives }: Pick<KeyGroup, "alternatives">): Record<string, Key> {
    const all = alternatives.flatMap(({ properties = {} }) => Object.entries(properties));
    return Object.fromEntries(all.filter(([name], at) => all.findIndex(([other]) => other === name) === at));
}

function render(group: KeyGroup): string {
    return [`## ${code(group.path)}`, `${sentence(group.key)}.${more("See", group.key)}`, keyTable(group)].join("\n\n");
}

function keyTable(group: KeyGroup): string {
    const rows = Object.entries(merged(group)).map(([name, key]) => {
        const path = group.path === "" ? name : `${group.path}.${name}`;
        const inner = groupsOf(path, key)[0]?.path;
        return [
            inner === undefined ? code(name) : `[${code(name)}](#${anchor(inner)})`,
            `${sentence(key)}.${example(key)}${more("More:", key)}`,
            values(key),
            required(name, group) ?? fallback(key) ?? "none",
        ];
    });
    return table(["Key", "What it sets", "Values", "Default"], rows);
}

/** Text that looks like a number stands in quotes, as it must in YAML. */
function example({ items, examples: [one] = items?.examples ?? [] }: Key): string {
    const quoted = typeof one === "string" && !Number.isNaN(Number(one));
    return one === undefined ? "" : ` Example: ${code(quoted ? JSON.stringify(one) : String(one))}.`;
}

function more(word: string, { more: to }: Key): string {
    return to === undefined ? "" : ` ${word} [${to.split("#")[0]}](../${to}).`;
}

function values({ allowed, enum: words, items, properties, anyOf, type }: Key): string {
    if (items !== undefined) {
        return items.properties === undefined ? `list of: ${values(items)}` : "list";
    }
    if (words !== undefined) {
        return words.map((word) => code(String(word))).join(", ");
    }
    return allowed ?? (properties === undefined && anyOf === undefined ? (type ?? "") : "group of keys");
}

/** Whether a key must be given: in a group of two forms, perhaps only where what marks the other form is not. */
function required(name: string, { alternatives }: KeyGroup): string | undefined {
    const having = alternatives.filter(({ properties = {} }) => name in properties);
    if (!having.every((form) => form.required?.includes(name))) {
        return undefined;
    }
    const others = alternatives.filter((form) => !having.includes(form));
    const shared = (key: string) => having.some(({ properties = {} }) => key in properties);
    const marks = others.flatMap(({ required: keys = [] }) => keys.filter((key) => !shared(key)));
    return marks.length === 0 ? "required" : `required without ${marks.map(code).join(", ")}`;
}
