import type { Request } from "./requests";

/** A statement of a policy document. */
export interface Statement {
    readonly Effect: "Allow";
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
    readonly Condition?: Condition;
}

type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Replaces what varies in a text by wildcards. */
export type Generalize = (text: string) => string;

/** The tags that every stack sets itself. */
const tagKeys = ["project", "stack"];

/** Condition keys whose values one statement collects, instead of having one statement for each. */
const collected = ["ec2:CreateAction", "iam:PolicyARN"];

/** The statements that allow these requests. */
export function statementsFor(requests: readonly Request[], generalize: Generalize): readonly Statement[] {
    const allowed = new Map<string, Allowed>();
    for (const request of requests) {
        const one = allowedBy(request, generalize);
        const key = JSON.stringify([one.actions, one.condition]);
        allowed.set(key, together(allowed.get(key) ?? one, one));
    }
    const all = [...allowed.values()];
    const needed = all.filter((one) => !all.some((other) => other !== one && covers(other, one)));
    return joinedBy(needed)
        .map(statementOf)
        .sort((one, other) => (one.Action.join() < other.Action.join() ? -1 : 1));
}

/** What becomes one statement. */
interface Allowed {
    readonly actions: readonly string[];
    readonly resources: readonly string[];
    readonly condition: Condition;
    /** The values of {@link collected} keys. */
    readonly lists: Readonly<Record<string, readonly string[]>>;
}

function allowedBy({ action, resource, context }: Request, generalize: Generalize): Allowed {
    const pattern = generalize(resource);
    const keys = Object.entries(context).map(([key, value]) => [key, [value].flat().map(generalize)] as const);
    const stacks = keys.some(([key]) => key === "aws:ResourceTag/stack");
    const condition: Record<string, Record<string, readonly string[]>> = {};
    const require = (operator: string, key: string, values: readonly string[]): void => {
        condition[operator] = { ...condition[operator], [key]: values };
    };
    for (const [key, values] of keys.filter(([key]) => isUsed(key, stacks) && !collected.includes(key))) {
        require(operatorOf(key, values), key, values);
    }
    if (mayTagAnything(action, pattern, context)) {
        require("Null", "aws:ResourceTag/stack", ["true"]);
    }
    return {
        actions: [action],
        resources: [pattern],
        condition,
        lists: Object.fromEntries(keys.filter(([key]) => collected.includes(key))),
    };
}

/** A principal that adds the stack's tags to what another stack made could then do anything with it. */
function mayTagAnything(action: string, pattern: string, context: Request["context"]): boolean {
    return (
        /:(CreateTags|Tag\w+|AddTags\w*)$/.test(action) &&
        pattern.endsWith("*") &&
        context["aws:RequestTag/stack"] !== undefined &&
        context["ec2:CreateAction"] === undefined
    );
}

function isUsed(key: string, stacks: boolean): boolean {
    const [, kind, tag = ""] = /^aws:(RequestTag|ResourceTag)\/(.+)$/.exec(key) ?? [];
    // AWS' own tags tell what belongs to a cluster or a database, on what AWS itself creates for it.
    return kind === undefined || tagKeys.includes(tag) || (!stacks && tag.startsWith("aws:"));
}

function operatorOf(key: string, values: readonly string[]): string {
    if (key === "kms:GrantIsForAWSResource") {
        return "Bool";
    }
    return values.some((value) => /[*?]/.test(value)) ? "StringLike" : "StringEquals";
}

/** Whether the second allows nothing that the first does not: it has more conditions. */
function covers(one: Allowed, other: Allowed): boolean {
    const has = (values: readonly string[], wanted: readonly string[]): boolean =>
        wanted.every((value) => values.includes(value));
    return (
        has(one.actions, other.actions) &&
        has(one.resources, other.resources) &&
        Object.keys(one.lists).length === 0 &&
        has(termsOf(other.condition), termsOf(one.condition)) &&
        termsOf(other.condition).length > termsOf(one.condition).length
    );
}

function termsOf(condition: Condition): readonly string[] {
    return Object.entries(condition).flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, values]) => JSON.stringify([operator, key, values])),
    );
}

function together(one: Allowed, other: Allowed): Allowed {
    const names = [...new Set([...Object.keys(one.lists), ...Object.keys(other.lists)])];
    return {
        actions: union(one.actions, other.actions),
        resources: uncovered(union(one.resources, other.resources)),
        condition: one.condition,
        lists: Object.fromEntries(names.map((name) => [name, union(one.lists[name], other.lists[name])])),
    };
}

function union(one: readonly string[] = [], other: readonly string[] = []): readonly string[] {
    return [...new Set([...one, ...other])].sort();
}

/** Without the patterns that another one covers, `prefix*`. */
function uncovered(patterns: readonly string[]): readonly string[] {
    const open = patterns.filter((pattern) => pattern.endsWith("*")).map((pattern) => pattern.slice(0, -1));
    return patterns.filter((pattern) => !open.some((prefix) => pattern !== `${prefix}*` && pattern.startsWith(prefix)));
}

/** Joins what has the same resources and conditions. */
function joinedBy(all: readonly Allowed[]): readonly Allowed[] {
    return joined(all, ({ actions, resources, condition, lists }) => {
        const service = serviceOf(actions);
        // An action is only checked on resources of its own kinds, and all that the tags admit are the stack's.
        const byTags = service !== "iam" && JSON.stringify(condition).includes("Tag/stack") && !resources.includes("*");
        return JSON.stringify([
            service,
            byTags || resources,
            condition,
            Object.keys(lists).length > 0 && [actions, lists],
        ]);
    });
}

function joined(all: readonly Allowed[], keyOf: (one: Allowed) => string): readonly Allowed[] {
    const found = new Map<string, Allowed>();
    for (const one of all) {
        const key = keyOf(one);
        found.set(key, together(found.get(key) ?? one, one));
    }
    return [...found.values()];
}

function serviceOf([action = ""]: readonly string[]): string {
    return action.slice(0, action.indexOf(":"));
}

function statementOf({ actions, resources, condition, lists }: Allowed): Statement {
    const all: Record<string, Record<string, readonly string[]>> = Object.fromEntries(
        Object.entries(condition).map(([operator, keys]) => [operator, { ...keys }]),
    );
    for (const [key, values] of Object.entries(lists)) {
        const operator = operatorOf(key, values);
        all[operator] = { ...all[operator], [key]: values };
    }
    return {
        Effect: "Allow",
        Action: actions,
        Resource: resources,
        ...(Object.keys(all).length > 0 && { Condition: all }),
    };
}
