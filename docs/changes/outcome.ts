import { consequencesOf } from "../../access";
import { operationsOf, type Operation } from "../../access/resources/operations";

import { REFUSED } from "../../components/platform/deployed";
import { EFFECT_LABELS, EFFECTS } from "../../access/consequences/effect";
import type { Json } from "../../access/resources/state";

/** What a change of a key does to a running stack. */
export interface Outcome {
    /**
     * `nothing`: no resource changes. `in place`: resources change or are created. `replaces`: some are deleted or
     * replaced. `refused`: the run fails before anything is touched.
     */
    readonly outcome: "nothing" | "in place" | "replaces" | "refused";
    /** The refusal, shortened. */
    readonly refusal?: string;
    /** What that does to what runs, worst first. */
    readonly effects?: readonly string[];
    /** The resources that are replaced, `aws:Proxy keyless-database-proxy`. */
    readonly replaced?: readonly string[];
    readonly deleted?: readonly string[];
    /** The types of the resources that change in place, and of new ones. */
    readonly updated?: readonly string[];
    readonly created?: readonly string[];
}

export const nothing: Outcome = { outcome: "nothing" };

export function refused(message: string): Outcome {
    return { outcome: "refused", refusal: shortened(message) };
}

/** What a preview says that its change does. */
export function outcomeOf(steps: readonly Json[], errors: readonly string[]): Outcome {
    if (errors.length > 0) {
        return refused(errors.filter((error) => !error.includes(REFUSED)).join("; "));
    }
    const operations = operationsOf(steps).filter(isOwn);
    const named = (wanted: Operation["operation"]) =>
        operations
            .filter(({ operation }) => operation === wanted)
            .map(({ resource: { type, name } }) => `${type} ${name}`);
    const effects = new Set(consequencesOf(operations).map(({ effect }) => effect));
    const [replaced, deleted] = [named("replaced"), named("deleted")];
    const updated = operations.filter(({ operation }) => operation === "updated").map(({ resource }) => resource.type);
    const created = steps.filter(({ op }) => op === "create").map(({ type }) => String(type));
    const lists = {
        replaced: counted(replaced),
        deleted: counted(deleted),
        updated: counted(updated),
        created: counted(created.filter(isManaged)),
    };
    const some = Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
    const destroys = replaced.length + deleted.length > 0;
    return Object.keys(some).length === 0
        ? nothing
        : {
              outcome: destroys ? "replaces" : "in place",
              ...(effects.size > 0 && {
                  effects: EFFECTS.filter((effect) => effects.has(effect)).map((effect) => EFFECT_LABELS[effect]),
              }),
              ...some,
          };
}

/**
 * Components and providers are no resources of a cloud: what they do shows in their resources. The record of a role that
 * exists stands for what its hooks do to it (components/tenancy/migration/existingRole.ts).
 */
function isOwn({ resource: { component, type, name } }: Operation): boolean {
    return !component && (isManaged(type) || (type === "pulumi:index:Stash" && name.endsWith("-existing")));
}

function isManaged(type: string): boolean {
    return !/^(pulumi|keyless|eks):/.test(type);
}

function counted(names: readonly string[]): readonly string[] {
    return [...new Set(names)].sort();
}

/** A problem of the config, as config/problems.ts renders it. */
const PROBLEM = /^ {2}(\S+)(?: = [^\n]*)?\n {4}wrong: +([^\n]*)\n {4}allowed: [^\n]*\n {4}fix: +([^\n]*)/m;

/** The refusal in one line: the first problem, without what the engine and the SDK say around it. */
export function shortened(message: string): string {
    const [, path, wrong, fix] = PROBLEM.exec(message) ?? [];
    if (path !== undefined) {
        return `${path}: ${wrong}; ${fix}`;
    }
    const [first = ""] = message
        .replace(/^(.*?)(Preview failed: )?(before hook "[^"]*" failed: |resource "[^"]*" (?=cannot))/s, "$1")
        .replace(/\s+/g, " ")
        .replace(/^(Unhandled exception: |Error: |error serializing property "[^"]*": )+/, "")
        .split(
            / To unprotect the resource| at [\w.<>]+ \(|; (?:Unhandled exception:|error serializing|\S+ resource '[^']*' has a problem: grpc:)/,
        );
    return first.trim();
}
