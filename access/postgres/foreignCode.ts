import type { Right, Rights } from "./rights";
import type { Role } from "./serverState";

/**
 * Where functions stand that run with the rights of whoever reads: in a view, in a table's row-level security policies, or in a plain
 * table, whose indexes, statistics, partitions' checks and types are computed with while a query is planned or run.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/optimizer/util/plancat.c (get_relation_info)
 */
export const CODE = ["tables", "views", "policies"] as const;
export type Code = (typeof CODE)[number];

/** Settings that make a session refuse what would run them; none does for tables. */
export const REFUSED_BY: Readonly<Record<Exclude<Code, "tables">, string>> = {
    views: "restrict_nonsystem_relation_kind = view",
    policies: "row_security = off",
};

/**
 * Finds where a reading login may run code of an identity that reaches less than it does. Three things come together: the object
 * belongs to a role that others act as and it does not; it reads what other owners have in the same database, which is what that
 * code could be after; and its sessions do not begin with the settings that refuse views and policies. For plain tables there is no such
 * setting.
 */
export class ForeignCode {
    /** The logins that may make an owner's views and policies, by owner. */
    private readonly authors = new Map<string, Set<string>>();

    /**
     * @param administrators those who provision: they reach everything anyhow
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

    /** By right of the login, what reading may run. */
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
