import { privilegesOfPath } from "../compare/compare";
import type { Comparison } from "../compare/compare";
import type { Risk } from "../compare/risk";
import { rollUp } from "../compare/rollup";
import type { Violation } from "../assertions/check";
import type { Consequence } from "../consequences/consequences";
import type { Withdrawn } from "../assertions/withdrawn";
import type { Level } from "../model/level";
import { chainSteps, rightSteps, stepsOf } from "../model/describe";
import type { Step } from "../model/describe";
import type { Chain } from "../model/chains";
import type { AccessModel } from "../matrix/model";
import type { AccessPath } from "../model/cell";
import { property } from "../resources/resource";
import { text } from "../resources/value";

const TENANT_NAMESPACE = "keyless:kubernetes:TenantNamespace";

/** The levels by their names in reports. */
export const LEVEL_NAMES = ["use", "read", "write", "create", "own", "administer"] as const;
export type LevelName = (typeof LEVEL_NAMES)[number];

/** A chain to a login, shared by access paths. */
export interface ReportedChain {
    readonly identity: number;
    readonly server: string;
    readonly login: string;
    readonly state: Chain["state"];
    readonly wide: boolean;
    readonly steps: readonly Step[];
}

export interface ReportedPath {
    /** Index into `chains`. */
    readonly chain: number;
    readonly privileges: readonly string[];
    /** What the login may do and why, following the chain's own steps. */
    readonly steps: readonly Step[];
}

/** What an identity may do in one place; `was` marks a change. */
export interface ReportedCell {
    /** Indexes into `identities` and `data`. */
    readonly identity: number;
    readonly datum: number;
    readonly level: LevelName;
    /** Whether some path already holds; false: all depend on values not yet known. */
    readonly certain: boolean;
    readonly paths: readonly ReportedPath[];
    readonly change?: "gained" | "lost";
}

export interface ReportedChange {
    readonly direction: "gained" | "lost";
    readonly identity: string;
    readonly place: string;
    readonly level: LevelName;
    readonly risks: readonly Risk[];
    readonly causes: readonly string[];
    readonly details: readonly { readonly on: string; readonly privileges: readonly string[] }[];
    /** One chain that grants it. */
    readonly steps: readonly Step[];
}

/** The whole report as plain data: printed by `--json` and embedded in the page. */
export interface Report {
    readonly version: 1;
    readonly title: string;
    readonly identities: readonly { readonly label: string; readonly kind: string; readonly wide: boolean }[];
    readonly data: readonly {
        readonly label: string;
        readonly kind: string;
        readonly server: string;
        readonly database?: string;
        readonly schema?: string;
    }[];
    readonly cells: readonly ReportedCell[];
    readonly chains: readonly ReportedChain[];
    /** Chains that lack a link. */
    readonly broken: readonly (Omit<ReportedChain, "identity"> & {
        readonly identity: string;
        readonly missing: readonly string[];
    })[];
    /** Documents that reach more than they name. */
    readonly wide: readonly { readonly principal: string; readonly reason: string }[];
    /** Undefined without a comparison. */
    readonly changes?: readonly ReportedChange[];
    /** Resources that may give access and that the model does not read, by kind; several of a kind may have the same name. */
    readonly unread: readonly { readonly what: string; readonly count: number; readonly names: readonly string[] }[];
    /** Databases that are not the stack's: what their catalogs give others is not in the matrix. */
    readonly existing?: readonly string[];
    /** Namespaces that are not the stack's: who may act in them is not in the matrix. */
    readonly existingNamespaces?: readonly string[];
    readonly newlyUnread?: readonly string[];
    /** New openings to act with others' privileges. */
    readonly newOpenings?: readonly string[];
    /** New privileges of PUBLIC, and privileges that are unusable only because something is missing. */
    readonly newPrivileges?: readonly string[];
    readonly newlyWide?: readonly string[];
    readonly newlyBroken?: readonly string[];
    /** The earlier version's statements that the later one drops or weakens; undefined without a comparison. */
    readonly withdrawn?: readonly { readonly assertion: string; readonly how: Withdrawn["how"] }[];
    readonly violations: readonly ReportedViolation[];
    /** The change's effects on what runs, worst first; undefined without a comparison. */
    readonly consequences?: readonly Consequence[];
}

export interface ReportedViolation {
    readonly assertion: string;
    readonly text: string;
    readonly chains: readonly (readonly Step[])[];
    /** Whether the change withdraws the statement. */
    readonly withdrawn?: boolean;
}

export interface ReportOptions {
    readonly title: string;
    /** The earlier model of `comparison`, for lost access. */
    readonly before?: AccessModel;
    readonly comparison?: Comparison;
    readonly violations?: readonly Violation[];
    /** The earlier statements that the change withdraws, and its own violations of them. */
    readonly withdrawn?: readonly Withdrawn[];
    readonly violatedByChange?: readonly Violation[];
    readonly consequences?: readonly Consequence[];
}

export function reportOf(
    model: AccessModel,
    { title, before, comparison, violations = [], withdrawn, violatedByChange = [], consequences }: ReportOptions,
): Report {
    const builder = new Builder();
    const gained = new Set(comparison?.gained.map(({ identity, datum }) => `${identity.key}\n${datum.key}`));
    for (const cell of model.cells) {
        builder.add(
            model,
            cell.identity,
            cell.datum,
            cell.level,
            cell.paths,
            gained.has(`${cell.identity.key}\n${cell.datum.key}`) ? "gained" : undefined,
        );
    }
    if (before !== undefined) {
        const now = new Set(model.cells.map(({ identity, datum }) => `${identity.key}\n${datum.key}`));
        const gone = comparison?.lost.filter(({ identity, datum }) => !now.has(`${identity.key}\n${datum.key}`)) ?? [];
        gone.forEach(({ identity, datum, level, paths }) => builder.add(before, identity, datum, level, paths, "lost"));
    }
    const groups = comparison === undefined ? undefined : [...rollUp(comparison.gained), ...rollUp(comparison.lost)];
    return {
        version: 1,
        title,
        ...builder.lists(),
        broken: model.broken.map((chain) => {
            const steps = chainSteps(model.graph, chain);
            return {
                ...chainOf(chain),
                identity: chain.identity.label,
                steps,
                missing: steps.filter(({ state }) => state === "missing").map(({ text }) => text),
            };
        }),
        wide: model.wide.map(({ principal, reason }) => ({ principal: principal.name, reason })),
        changes: groups?.map(({ direction, identity, place, level, risks, causes, changes }): ReportedChange => {
            const [first] = changes;
            const [path] = first?.paths ?? [];
            const source = direction === "lost" ? (before ?? model) : model;
            return {
                direction,
                identity: identity.label,
                place,
                level: nameOf(level),
                risks,
                causes: causes.map(({ text }) => text),
                details: changes.map(({ datum, privileges }) => ({ on: datum.label, privileges })),
                steps: first === undefined || path === undefined ? [] : stepsOf(source.graph, path, first.datum),
            };
        }),
        unread: byKind(model.unread),
        ...existingIn(model),
        ...existingNamespacesIn(model),
        newlyUnread: comparison?.unread,
        newOpenings: comparison?.openings,
        newPrivileges: comparison?.privileges,
        newlyWide: comparison?.wide,
        newlyBroken: comparison?.broken,
        withdrawn: withdrawn?.map(({ assertion, how }) => ({ assertion: assertion.text, how })),
        violations: [
            ...violations.map((one) => violationOf(model, one)),
            ...violatedByChange.map((one) => ({ ...violationOf(model, one), withdrawn: true })),
        ],
        consequences,
    };
}

function existingIn({ servers }: AccessModel): Pick<Report, "existing"> {
    const existing = servers.flatMap(({ server }) => (server.existing === true ? [server.key] : []));
    return existing.length === 0 ? {} : { existing };
}

/** A component of a tenant's namespace puts its ConfigMap there, also where it creates no namespace. */
function existingNamespacesIn({ graph }: AccessModel): Pick<Report, "existingNamespaces"> {
    const names = graph.ofType(TENANT_NAMESPACE).flatMap(({ urn }) => {
        const children = graph.childrenOf(urn);
        const created = children.some(({ type }) => type === "kubernetes:core/v1:Namespace");
        const placed = children.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap");
        return created ? [] : placed.flatMap((one) => text(property(one, "metadata", "namespace")) ?? []);
    });
    return names.length === 0 ? {} : { existingNamespaces: [...new Set(names)].sort() };
}

function byKind(unread: AccessModel["unread"]): Report["unread"] {
    const kinds = [...new Set(unread.map(({ what }) => what))].sort();
    return kinds.map((what) => {
        const names = unread.filter((one) => one.what === what).map(({ name }) => name);
        return { what, count: names.length, names: [...new Set(names)].sort() };
    });
}

function violationOf({ graph }: AccessModel, { assertion, text, found }: Violation): ReportedViolation {
    return { assertion, text, chains: found.map(({ cell, path }) => stepsOf(graph, path, cell.datum)) };
}

/** Numbers identities, data and chains in order of appearance. */
class Builder {
    private readonly identities = new Map<string, number>();
    private readonly data = new Map<string, number>();
    private readonly chains = new Map<Chain, number>();
    private readonly shownIdentities: Report["identities"][number][] = [];
    private readonly shownData: Report["data"][number][] = [];
    private readonly shownChains: ReportedChain[] = [];
    private readonly cells: ReportedCell[] = [];

    add(
        model: AccessModel,
        identity: Chain["identity"],
        datum: AccessModel["cells"][number]["datum"],
        level: Level,
        paths: readonly AccessPath[],
        change: ReportedCell["change"],
    ): void {
        const { label, kind, server, database, schema } = datum;
        this.cells.push({
            identity: numbered(this.identities, identity.key, this.shownIdentities, () => ({
                label: identity.label,
                kind: identity.kind,
                wide: identity.wide === true,
            })),
            datum: numbered(this.data, datum.key, this.shownData, () => ({ label, kind, server, database, schema })),
            level: nameOf(level),
            certain: paths.some(({ state }) => state === "holds"),
            paths: paths.map((path) => ({
                chain: this.chain(model, path.chain),
                privileges: privilegesOfPath(path),
                steps: rightSteps(model.graph, path, datum),
            })),
            change,
        });
    }

    lists(): Pick<Report, "identities" | "data" | "cells" | "chains"> {
        return { identities: this.shownIdentities, data: this.shownData, cells: this.cells, chains: this.shownChains };
    }

    private chain(model: AccessModel, chain: Chain): number {
        const known = this.chains.get(chain);
        if (known !== undefined) {
            return known;
        }
        this.chains.set(chain, this.shownChains.length);
        return (
            this.shownChains.push({
                ...chainOf(chain),
                identity: this.identities.get(chain.identity.key) ?? 0,
                steps: chainSteps(model.graph, chain),
            }) - 1
        );
    }
}

function chainOf({ server, login, state, wide }: Chain): Omit<ReportedChain, "identity" | "steps"> {
    return { server, login, state, wide };
}

function numbered<T>(numbers: Map<string, number>, key: string, shown: T[], make: () => T): number {
    const known = numbers.get(key);
    if (known !== undefined) {
        return known;
    }
    numbers.set(key, shown.length);
    return shown.push(make()) - 1;
}

export function nameOf(level: Level): LevelName {
    return LEVEL_NAMES[level];
}
