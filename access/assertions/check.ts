import { Level, levelOfPrivilege } from "../model/level";
import type { Datum } from "../model/datum";
import type { AccessModel, Cell, AccessPath } from "../model/model";
import { label } from "../resources/resource";
import type { Assertion, Verb } from "./parse";
import { dataPattern, matches, meansName } from "./patterns";

/** Something that must not be, with the way that makes it so. */
export interface Violation {
    /** The assertion as it was written. */
    readonly assertion: string;
    /** `support/support may read payments.orders`. */
    readonly text: string;
    readonly found: readonly Found[];
}

/** A cell and the way in it that an assertion forbids. */
export interface Found {
    readonly cell: Cell;
    readonly path: AccessPath;
}

/** Everything in the model that violates an assertion; expected ways count like those that hold. */
export function check(model: AccessModel, assertions: readonly Assertion[]): readonly Violation[] {
    return assertions.flatMap((assertion) =>
        assertion.kind === "isolated" ? isolated(model, assertion) : sentence(model, assertion),
    );
}

function sentence(model: AccessModel, assertion: Extract<Assertion, { verb: Verb }>): readonly Violation[] {
    const { kind, who, verb, data, text } = assertion;
    const known = new Set(
        model.cells.flatMap(({ datum }) => (datum.name === undefined ? [] : [`${datum.schema}.${datum.name}`])),
    );
    return model.cells.flatMap((cell) => {
        if (!data.some((pattern) => isMeant(cell.datum, pattern, known))) {
            return [];
        }
        const path = cell.paths.find((one) => {
            const named = who.some((pattern) => isWho(model, cell, one, pattern, kind));
            const counts = kind === "never" ? named : !named && !isRoutine(model, one);
            return counts && can(cell, one, verb);
        });
        return path === undefined
            ? []
            : [
                  {
                      assertion: text,
                      text: `${cell.identity.label} may ${WORDS[verb]} ${cell.datum.label}`,
                      found: [{ cell, path }],
                  },
              ];
    });
}

/** Identities that reach more than one of the schemas. */
function isolated(
    model: AccessModel,
    { schemas, text }: Extract<Assertion, { kind: "isolated" }>,
): readonly Violation[] {
    const reached = new Map<string, Map<string, Found>>();
    const administering: Violation[] = [];
    for (const cell of model.cells) {
        const path = cell.paths.find((one) => can(cell, one, "reaches") && !isRoutine(model, one));
        const { schema, database, server, kind } = cell.datum;
        if (path !== undefined && kind === "server") {
            administering.push({
                assertion: text,
                text: `${cell.identity.label} may administer ${server}`,
                found: [{ cell, path }],
            });
        }
        const meant =
            schema !== undefined &&
            schema !== "public" &&
            (schemas?.some((pattern) => matches(pattern, schema)) ?? true);
        if (path !== undefined && meant) {
            const mine = reached.get(cell.identity.key) ?? new Map<string, Found>();
            const place = `${server}/${database ?? ""}/${schema}`;
            mine.set(place, mine.get(place) ?? { cell, path });
            reached.set(cell.identity.key, mine);
        }
    }
    const crossing = [...reached.values()].filter((places) => places.size > 1);
    return [
        ...administering,
        ...crossing.map((places) => {
            const found = [...places.values()];
            const names = found.map(({ cell }) => cell.datum.schema ?? "");
            return {
                assertion: text,
                text: `${found[0]?.cell.identity.label ?? ""} reaches ${names.join(" and ")}`,
                found,
            };
        }),
    ];
}

const WORDS: Readonly<Record<Verb, string>> = {
    reaches: "reach",
    reads: "read",
    writes: "write",
    "creates in": "create in",
    owns: "own",
    administers: "administer",
};

/**
 * Whoever provisions a server reaches all of it, and a person who administers a cluster all that its workloads reach; that
 * is no news unless a wildcard lets somebody do so.
 */
function isRoutine(model: AccessModel, { chain, right }: AccessPath): boolean {
    if (chain.acting === "cluster" && chain.identity.kind === "person" && chain.identity.wide !== true) {
        return true;
    }
    const server = model.servers.find((one) => one.server.key === chain.server);
    return (
        right === undefined &&
        !chain.wide &&
        chain.identity.wide !== true &&
        server?.administrators.includes(chain.login) === true
    );
}

function can({ datum }: Cell, { right, level }: AccessPath, verb: Verb): boolean {
    const levels = new Set<Level>(
        right === undefined || datum.kind === "server"
            ? [level]
            : [...right.uses.keys()].map((one) => levelOfPrivilege(right.object.kind, one)),
    );
    levels.add(level);
    const all = levels.has(Level.Administer) || levels.has(Level.Own);
    switch (verb) {
        case "reaches":
            return all || levels.has(Level.Read) || levels.has(Level.Write);
        case "reads":
            return all || levels.has(Level.Read);
        case "writes":
            return all || levels.has(Level.Write);
        case "creates in":
            return all || levels.has(Level.Create);
        case "owns":
            return all;
        case "administers":
            return levels.has(Level.Administer);
    }
}

/**
 * Whether a pattern means who takes a way. Whoever acts as others' service accounts is kept from what these are kept from, and
 * not let through to what these are let through to; likewise who stands for many.
 */
function isWho(
    model: AccessModel,
    { identity }: Cell,
    { chain }: AccessPath,
    pattern: string,
    kind: "never" | "only",
): boolean {
    const own = [identity.label, ...identity.label.split("/")];
    if (kind === "only" && chain.acting !== undefined) {
        return own.some((name) => matches(pattern, name));
    }
    const included = kind === "never" ? (identity.includes ?? []).flatMap((name) => [name, ...name.split("/")]) : [];
    const roles = chain.links
        .flatMap(({ resources }) => resources.flatMap((urn) => model.graph.get(urn) ?? []))
        .filter(({ type }) => type.startsWith("aws:iam/"));
    const names = [...own, ...included, chain.login, ...roles.flatMap((role) => [role.name, label(role)])];
    return names.some((name) => matches(pattern, name));
}

/** Whether data is what a pattern means; a table that nobody mentions yet is among those to come. An administrator's server is always meant. */
function isMeant(datum: Datum, pattern: string, known: ReadonlySet<string>): boolean {
    if (datum.kind === "server") {
        return true;
    }
    const { database, schema, name } = datum;
    if (schema === undefined) {
        return matches(pattern, `database ${database}`) || matches(pattern, database ?? "");
    }
    const wanted = dataPattern(pattern);
    if (
        wanted.place !== "" &&
        !matches(wanted.place, database ?? "") &&
        !matches(wanted.place, `${datum.server}/${database}`)
    ) {
        return false;
    }
    if (!matches(wanted.schema, schema)) {
        return false;
    }
    if (name !== undefined) {
        return meansName(wanted, name);
    }
    const isKnown = known.has(`${wanted.schema}.${wanted.name}`) || known.has(`${wanted.schema}.${wanted.table}`);
    return wanted.name === "" || (datum.kind === "table" && !isKnown);
}
