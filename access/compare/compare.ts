import type { Identity } from "../chain/link";
import { sourcesOf } from "../model/describe";
import { Level } from "../model/level";
import type { AccessModel } from "../matrix/model";
import type { AccessPath, Cell } from "../model/cell";
import type { Chain } from "../model/chains";
import type { Opening } from "../openings/opening";
import { Holders, risksOf } from "./assessRisk";
import type { Change } from "./change";
import { RISKS } from "./risk";
import { resourceChanges } from "./resources";
import type { ResourceChange } from "./resources";

/** The difference between two models. */
export interface Comparison {
    /** Most dangerous first. */
    readonly gained: readonly Change[];
    readonly lost: readonly Change[];
    /** Documents that newly reach more than they name: resource labels with the reason. */
    readonly wide: readonly string[];
    /** Chains that no longer hold, or newly lack a link: `identity → login: what is missing`. */
    readonly broken: readonly string[];
    readonly resources: readonly ResourceChange[];
    /** New openings to act with others' privileges, one sentence each. */
    readonly openings: readonly string[];
    /** New privileges of PUBLIC, and privileges unusable only because something is missing, one sentence each. */
    readonly privileges: readonly string[];
    /** New or changed resources that the model does not read: `new aws:cloudformation:Stack reporting`. */
    readonly unread: readonly string[];
}

/** Which identities gained or lost which access between two versions, and through which change. */
export function compare(before: AccessModel, after: AccessModel): Comparison {
    const changed = resourceChanges(before.graph, after.graph);
    const holders = new Holders(before, after);
    const old = new Cells(before.cells);
    const now = new Cells(after.cells);
    const gained = after.cells.flatMap((cell) => difference("gained", cell, old, changed));
    const lost = before.cells.flatMap((cell) => difference("lost", cell, now, changed));
    const knownWide = new Set(before.wide.map(({ principal, reason }) => `${principal.resource.urn} ${reason}`));
    const knownBroken = new Set(brokenLines(before));
    return {
        gained: gained.map((change) => ({ ...change, risks: risksOf(change, holders) })).sort(byRisk),
        lost: lost.sort(byRisk),
        wide: after.wide
            .filter(({ principal, reason }) => !knownWide.has(`${principal.resource.urn} ${reason}`))
            .map(({ principal, reason }) => `${principal.name}: ${reason}`),
        broken: [...new Set(brokenLines(after))].filter((line) => !knownBroken.has(line)),
        resources: [...changed.values()],
        openings: newOpenings(before, before.openings, after.openings),
        privileges: newOpenings(before, before.spare, after.spare),
        unread: unreadChanges(before, after),
    };
}

/** Whether an identity gains access, or may gain it by means that the matrix does not model. */
export function grows({ gained, wide, openings, privileges, unread }: Comparison): boolean {
    return gained.some(isGrowth) || [wide, openings, privileges, unread].some((lines) => lines.length > 0);
}

/** Whether an identity can newly read or change data, or newly enter another identity's schema. */
function isGrowth({ level, risks }: Pick<Change, "level" | "risks">): boolean {
    return level > Level.Use || risks.includes("enters");
}

function newOpenings(before: AccessModel, old: readonly Opening[], now: readonly Opening[]): readonly string[] {
    const known = new Map<string, Opening[]>();
    old.forEach((one) => known.set(one.key, [...(known.get(one.key) ?? []), one]));
    const isNew = ({ key, limits = [], comesWith }: Opening): boolean => {
        const asWide =
            known.get(key)?.some((one) => one.limits?.every((limit) => limits.includes(limit)) ?? true) === true;
        return !asWide && (comesWith === undefined || before.graph.get(comesWith) !== undefined);
    };
    return [...new Set(now.filter(isNew).map(({ text }) => text))];
}

function unreadChanges(before: AccessModel, after: AccessModel): readonly string[] {
    const known = new Map(before.unread.map(({ key, content }) => [key, content]));
    const lines = after.unread.flatMap(({ key, what, name, content }) =>
        known.get(key) === content ? [] : [{ what, line: `${known.has(key) ? "changed" : "new"} ${what}: ${name}` }],
    );
    const sorted = lines.sort(
        (one, other) => nearness(one.what) - nearness(other.what) || compareText(one.line, other.line),
    );
    return [...new Set(sorted.map(({ line }) => line))];
}

/** Closeness to the data: unknown policies and databases first, then clusters, then everything else. */
function nearness(what: string): number {
    const nearest = [
        /^what /,
        /^postgresql:|^mysql:|^aws(-native)?:(iam|rds|dms|secretsmanager|kms):/,
        /^kubernetes:|^aws(-native)?:eks:|^command:|dynamic/,
    ];
    const found = nearest.findIndex((pattern) => pattern.test(what));
    return found === -1 ? nearest.length : found;
}

/** Chains that lack a link, one line each. */
export function brokenLines({ broken }: Pick<AccessModel, "broken">): readonly string[] {
    return broken.map(({ identity, login, links }) => {
        const missing = links.filter(({ state }) => state === "missing").map(({ text }) => text);
        return `${identity.label} → ${login}: ${missing.join("; ")}`;
    });
}

/** The privileges of an access path, and foreign code that reads execute: `CODE IN VIEWS`. */
export function privilegesOfPath({ right, unlisted, replicates, level, runs = [] }: AccessPath): readonly string[] {
    if (unlisted === true) {
        return ["WHATEVER IT IS GRANTED"];
    }
    if (replicates !== undefined) {
        return ["EVERY CHANGE"];
    }
    if (right === undefined) {
        return [level === Level.Administer ? "EVERYTHING" : "EVERYTHING, READ-ONLY"];
    }
    return [
        ...(right.owns === undefined ? [] : ["OWNER"]),
        ...right.uses.keys(),
        ...runs.map((code) => `CODE IN ${code.toUpperCase()}`),
    ];
}

function difference(
    direction: Change["direction"],
    cell: Cell,
    other: Cells,
    changed: ReadonlyMap<string, ResourceChange>,
): Change[] {
    if (other.administers(cell)) {
        return [];
    }
    const had = new Privileges(other.like(cell)?.paths ?? []);
    const paths = cell.paths.filter(
        (path) => had.lacks(path).length > 0 && !(path.unlisted === true && other.leadsTo(path.chain)),
    );
    const privileges = [...new Set(paths.flatMap((path) => had.lacks(path)))];
    if (privileges.length === 0) {
        return [];
    }
    const level = Math.max(...paths.map((path) => path.level));
    const causes = causesOf(paths, direction, changed);
    return [{ direction, identity: cell.identity, datum: cell.datum, privileges, level, paths, causes, risks: [] }];
}

/** The changed resources that form the access paths' links; if there are none, an obstacle was removed (or added). */
function causesOf(
    paths: readonly AccessPath[],
    direction: Change["direction"],
    changed: ReadonlyMap<string, ResourceChange>,
): readonly ResourceChange[] {
    const urns = new Set(paths.flatMap((path) => resourcesOfPath(path)));
    const own = [...urns].flatMap((urn) => changed.get(urn) ?? []);
    if (own.length > 0) {
        return own;
    }
    const opposite = direction === "gained" ? "gone" : "new";
    const others = [...changed.values()].filter(
        ({ what, urn }) =>
            what === opposite || (what === "changed" && /::(aws(-native)?:(iam|ec2|vpc|rds)|postgresql)/.test(urn)),
    );
    return others.slice(0, 5);
}

/** The urns of all resources that form an access path. */
export function resourcesOfPath({ chain, right }: AccessPath): readonly string[] {
    const uses =
        right === undefined
            ? []
            : [
                  ...right.entry.map(({ use }) => use),
                  ...right.uses.values(),
                  ...(right.owns === undefined ? [] : [right.owns]),
              ];
    const all = [
        ...chain.links.flatMap((link) => link.resources),
        ...uses.flatMap(sourcesOf),
        ...(right === undefined ? [] : [right.object.source]),
    ];
    return all.filter((source) => source.startsWith("urn:"));
}

/**
 * The privileges in a cell. One that depends on something outside the resources is less than one that they grant: an opened network
 * is growth, although it might have been open before.
 */
class Privileges {
    private readonly all: ReadonlySet<string>;
    private readonly own: ReadonlySet<string>;

    constructor(paths: readonly AccessPath[]) {
        this.all = new Set(paths.flatMap(privilegesOfPath));
        this.own = new Set(paths.filter((path) => !path.elsewhere).flatMap(privilegesOfPath));
    }

    /** The privileges of a path that are not in the cell, or less certain there. */
    lacks(path: AccessPath): readonly string[] {
        const had = path.elsewhere ? this.all : this.own;
        return privilegesOfPath(path).filter((privilege) => !had.has(privilege));
    }
}

/** The cells of one version, for looking up those of the other. */
class Cells {
    private readonly byKey: ReadonlyMap<string, Cell>;
    private readonly data: ReadonlySet<string>;
    private readonly logins: ReadonlySet<string>;

    constructor(cells: readonly Cell[]) {
        this.logins = new Set(cells.flatMap(({ paths }) => paths.map(({ chain }) => loginOf(chain))));
        this.byKey = new Map(cells.map((cell) => [keyOf(cell.identity, cell.datum.key), cell]));
        this.data = new Set(cells.map((cell) => cell.datum.key));
    }

    /** Whether the identity may do everything on the server in any case. */
    administers({ identity, datum }: Cell): boolean {
        return datum.key !== datum.server && this.byKey.get(keyOf(identity, datum.server))?.level === Level.Administer;
    }

    /** Whether the identity reaches the login: then it is the login's rights that are no longer known. */
    leadsTo(chain: Chain): boolean {
        return this.logins.has(loginOf(chain));
    }

    /** The same cell; for data unknown to this version, the cell of the future data that included it. */
    like({ identity, datum }: Cell): Cell | undefined {
        const key = this.data.has(datum.key) ? datum.key : (datum.foreseen ?? datum.key);
        return this.byKey.get(keyOf(identity, key));
    }
}

function loginOf({ identity, server, login }: Chain): string {
    return `${identity.key}\n${server}\n${login}`;
}

function keyOf(identity: Identity, datum: string): string {
    return `${identity.key}\n${datum}`;
}

function byRisk(one: Change, other: Change): number {
    const rank = ({ risks }: Change): number => (risks[0] === undefined ? RISKS.length : RISKS.indexOf(risks[0]));
    return (
        rank(one) - rank(other) ||
        other.level - one.level ||
        compareText(one.identity.label, other.identity.label) ||
        compareText(one.datum.key, other.datum.key)
    );
}

function compareText(one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0;
}
