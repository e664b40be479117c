import type { Right, Rights } from "./rights";
import type { Role } from "./serverState";

/**
 * Where functions run with the reader's rights: in a view, in a table's row-level security policies, or in a plain
 * table, whose indexes, statistics, partition checks and types are evaluated while a query is planned or run.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/optimizer/util/plancat.c (get_relation_info)
 */
export const CODE = ["tables", "views", "policies"] as const;
export type Code = (typeof CODE)[number];

/** Settings that make a session refuse to run them; tables have none. */
export const REFUSED_BY: Readonly<Record<Exclude<Code, "tables">, string>> = {
    views: "restrict_nonsystem_relation_kind = view",
    policies: "row_security = off",
};

/**
 * Finds where a reading login may run code of an identity that reaches less than it does. Three conditions apply: the object
 * belongs to a role that only other logins act as; the login reads other owners' data in the same database, the target of
 * that code; and its sessions do not begin with the settings that refuse views and policies. Plain tables have no such
 * setting.
 */
export class ForeignCode {
    /** The logins that may create an owner's views and policies, by owner. */
    private readonly authors = new Map<string, Set<string>>();

    /**
     * @param administrators provisioners, which reach everything in any case
     * @param restricts whether the server knows the setting that refuses views
     */
    constructor(
        private readonly rights: Rights,
        administrators: readonly string[],
        private readonly restricts: boolean,
    ) {
        const { members } = rights.privileges;
        const logins = [...rights.world.roles.values()].filter(
            ({ name, login }) => login && !administrators.includes(name),
        );
        for (const { name } of logins) {
            for (const role of [...members.settable(name).keys(), ...members.inherits(name).keys()]) {
                this.authors.set(role, (this.authors.get(role) ?? new Set()).add(name));
            }
        }
    }

    /** For each right of the login, the code that reads may run. */
    of(login: string, rights: readonly Right[]): ReadonlyMap<Right, readonly Code[]> {
        const role = this.rights.world.roles.get(login);
        const codes = role === undefined ? [] : this.runBy(role);
        const read = rights.filter(reads);
        const owners = new Map<string, Set<string>>();
        for (const { object } of read) {
            owners.set(object.database, (owners.get(object.database) ?? new Set()).add(object.owner));
        }
        const foreign = read.filter(
            ({ object, owns }) =>
                owns === undefined &&
                (owners.get(object.database)?.size ?? 0) > 1 &&
                this.madeByOthers(object.owner, login),
        );
        return new Map(foreign.map((right) => [right, codes]));
    }

    private runBy({ settings, bypassRls, superuser }: Role): readonly Code[] {
        const restricted = (settings["restrict_nonsystem_relation_kind"] ?? "").split(",").map((kind) => kind.trim());
        const policies = settings["row_security"] !== "off" && !bypassRls && !superuser;
        const views = !this.restricts || !restricted.includes("view");
        const runs: Readonly<Record<Code, boolean>> = { tables: true, views, policies };
        return CODE.filter((code) => runs[code]);
    }

    private madeByOthers(owner: string, login: string): boolean {
        return [...(this.authors.get(owner) ?? [])].some((author) => author !== login);
    }
}

function reads({ object, uses, owns, blocked }: Right): boolean {
    const tables = object.kind === "table" || object.kind === "column";
    return tables && blocked === undefined && (owns !== undefined || uses.has("SELECT"));
}
