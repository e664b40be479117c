import { Level, levelOfPrivilege } from "../model/level";
import type { Datum } from "../model/datum";
import type { Identity } from "../chain/link";
import type { AccessModel } from "../matrix/model";
import type { AccessPath, Cell } from "../model/cell";
import { ROLE, USER } from "../iam/principals";
import { label, property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { text } from "../resources/value";
import type { Assertion, Verb } from "./parse";
import { dataPattern, matches, meansName } from "./patterns";
import type { DataPattern } from "./patterns";

/** A violation of an assertion, with its access path. */
export interface Violation {
    /** The assertion, as written. */
    readonly assertion: string;
    /** `support/support may read payments.orders`. */
    readonly text: string;
    readonly found: readonly Found[];
}

/** A cell with an access path that an assertion forbids. */
export interface Found {
    readonly cell: Cell;
    readonly path: AccessPath;
}

/**
 * All violations of assertions in the model; expected access paths count like those that hold.
 *
 * @param earlier the version before a change: logins that the change turns into provisioners are not exempt
 */
export function check(
    model: AccessModel,
    assertions: readonly Assertion[],
    earlier: AccessModel = model,
): readonly Violation[] {
    const routine = (path: AccessPath): boolean => isRoutine(model, earlier, path);
    return assertions.flatMap((assertion) =>
        assertion.kind === "isolated" ? isolated(model, assertion, routine) : sentence(model, assertion, routine),
    );
}

function sentence(
    model: AccessModel,
    assertion: Extract<Assertion, { verb: Verb }>,
    routine: (path: AccessPath) => boolean,
): readonly Violation[] {
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
            const counts = kind === "never" ? named : !named && !routine(one);
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
    routine: (path: AccessPath) => boolean,
): readonly Violation[] {
    const reached = new Map<string, Map<string, Found>>();
    const administering: Violation[] = [];
    for (const cell of model.cells) {
        const path = cell.paths.find((one) => can(cell, one, "reaches") && !routine(one));
        const { schema, database, server, kind } = cell.datum;
        if (path !== undefined && kind === "server") {
            administering.push({
                assertion: text,
                text: `${cell.identity.label} may ${verbOf(path)} ${server}`,
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
 * A provisioner reaches everything on its server, and a cluster administrator everything that its workloads reach; these are
 * exempt unless a wildcard gives that access.
 */
function isRoutine(model: AccessModel, earlier: AccessModel, { chain, right }: AccessPath): boolean {
    if (chain.acting === "cluster" && chain.identity.kind === "person" && chain.identity.wide !== true) {
        return true;
    }
    const [now, before] = [model, earlier].map(({ servers }) =>
        servers.find(({ server }) => server.key === chain.server),
    );
    const provisions = (one: typeof now): boolean => one?.administrators.includes(chain.login) === true;
    return (
        right === undefined &&
        !chain.wide &&
        chain.identity.wide !== true &&
        provisions(now) &&
        (before === undefined || provisions(before))
    );
}

function verbOf({ unlisted, replicates }: AccessPath): string {
    return unlisted === true ? "reach anything on" : replicates === undefined ? "administer" : "read every change on";
}

function can({ datum }: Cell, { right, unlisted, level }: AccessPath, verb: Verb): boolean {
    if (unlisted === true) {
        return verb !== "administers";
    }
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
 * Whether a pattern matches the identity of a chain. An identity that acts as others' service accounts shares their prohibitions
 * but not their permissions; likewise one that stands for many. Only names that AWS, Kubernetes or Postgres use grant permission:
 * a program may give any resource any name.
 */
export function isWho(
    model: AccessModel,
    { identity }: Pick<Cell, "identity">,
    { chain }: AccessPath,
    pattern: string,
    kind: "never" | "only",
): boolean {
    const used = chain.links.flatMap(({ resources }) => resources.flatMap((urn) => model.graph.get(urn) ?? []));
    if (kind === "only") {
        const roles = chain.acting === undefined ? used.filter(({ type }) => type === ROLE || type === USER) : [];
        const login = chain.acting === undefined ? [chain.login] : [];
        const names = [...realNames(model, identity), ...login, ...roles.flatMap(awsNames)];
        return names.some((name) => matches(pattern, name));
    }
    // A second cluster adds its name to the labels of pods.
    const labels = [identity.label, identity.label.replace(/ of .*$/, ""), ...(identity.includes ?? [])];
    const own = labels.flatMap((name) => [name, ...name.split("/")]);
    const roles = used.filter(({ type }) => type.startsWith("aws:iam/"));
    const named = roles.flatMap((role) => [role.name, label(role), ...awsNames(role)]);
    return [...own, chain.login, ...named].some((name) => matches(pattern, name));
}

/** A service account's name with and without its namespace; what AWS calls a machine, task or function. */
function realNames({ graph }: AccessModel, { kind, label: shown, resources }: Identity): readonly string[] {
    switch (kind) {
        case "pod":
            return [shown, ...shown.split("/")];
        case "instance":
        case "task":
        case "function":
        case "service":
            return resources.flatMap((urn) => graph.get(urn) ?? []).flatMap(awsNames);
        default:
            return [shown];
    }
}

function awsNames(resource: Resource): readonly string[] {
    return ["name", "family", "arn"].flatMap((key) => text(property(resource, key)) ?? []);
}

/**
 * Whether a pattern matches data, or its label in the matrix; an unmentioned table counts as a future one. An administrator's
 * server matches everything on it.
 */
export function isMeant(datum: Datum, pattern: string, known: ReadonlySet<string>): boolean {
    const [, whole] = /^all of (.+)$/.exec(pattern) ?? [];
    if (whole !== undefined) {
        return matches(whole, datum.server);
    }
    if (datum.kind === "server" || matches(pattern, datum.label)) {
        return true;
    }
    const { database, schema, name } = datum;
    if (schema === undefined) {
        return matches(pattern, `database ${database}`) || matches(pattern, database ?? "");
    }
    const wanted = dataPattern(pattern);
    if (!meansSchema(wanted, { ...datum, schema })) {
        return false;
    }
    if (name !== undefined) {
        return meansName(wanted, name);
    }
    const isKnown = known.has(`${wanted.schema}.${wanted.name}`) || known.has(`${wanted.schema}.${wanted.table}`);
    return wanted.name === "" || (datum.kind === "table" && !isKnown);
}

/** Whether DATA means a schema, or something in it. */
export function meansSchema(
    wanted: Pick<DataPattern, "place" | "schema">,
    { server, database, schema }: { readonly server: string; readonly database?: string; readonly schema: string },
): boolean {
    const there =
        wanted.place === "" ||
        matches(wanted.place, database ?? "") ||
        matches(wanted.place, `${server}/${database ?? ""}`);
    return there && matches(wanted.schema, schema);
}
