import { Level } from "../model/level";
import type { AccessModel } from "../matrix/model";
import { PUBLIC } from "../postgres/serverState";
import type { Change } from "./change";
import { RISKS, type Risk } from "./risk";

/**
 * Which identities hold each schema's data. Excludes administrators of servers and clusters, wide identities,
 * and those that only a wildcard admits, or perhaps something outside the resources: they hold no data as theirs.
 */
export class Holders {
    private readonly before: ReadonlyMap<string, ReadonlySet<string>>;
    private readonly after: ReadonlyMap<string, ReadonlySet<string>>;
    private readonly schemas: ReadonlyMap<string, ReadonlySet<string>>;
    /** Earlier cluster administrators: additions to the cluster do not count as their gains. */
    private readonly administrators: ReadonlySet<string>;

    constructor(before: AccessModel, after: AccessModel) {
        this.administrators = new Set(
            before.cells
                .filter(({ paths }) => paths.some(({ chain }) => chain.acting === "cluster"))
                .map(({ identity }) => identity.key),
        );
        this.before = holdersBySchema(before, false);
        this.after = holdersBySchema(after, false);
        this.schemas = holdersBySchema(after, true);
    }

    /**
     * True if the data belonged to other identities before. In a schema that none held before, two conflict if
     * the given one also reaches other schemas.
     */
    crosses({ identity, datum, paths }: Pick<Change, "identity" | "datum" | "paths">): boolean {
        const schema = schemaOf(datum);
        const asBefore =
            this.administrators.has(identity.key) && paths.every(({ chain }) => chain.acting === "cluster");
        if (schema === undefined || asBefore) {
            return false;
        }
        const held = this.before.get(schema);
        if (held !== undefined) {
            return !held.has(identity.key);
        }
        const shared = [...(this.after.get(schema) ?? [])].some((one) => one !== identity.key);
        return shared && (this.schemas.get(identity.key)?.size ?? 0) > 1;
    }
}

export function risksOf(change: Change, holders: Holders): readonly Risk[] {
    const uses = change.paths.flatMap(({ right }) =>
        right === undefined
            ? []
            : [...right.uses].filter(([privilege]) => change.privileges.includes(privilege)).map(([, use]) => use),
    );
    const crosses = holders.crosses(change);
    const found: Record<Risk, boolean> = {
        crosses: crosses && change.level > Level.Use,
        public: uses.some((use) => use.grantee === PUBLIC && use.source.startsWith("urn:")),
        wildcard: change.identity.wide === true || change.paths.some(({ chain }) => chain.wide),
        administers: change.level === Level.Administer,
        owns: change.level === Level.Own,
        runs: change.privileges.some((privilege) => privilege.startsWith("CODE IN ")),
        password: change.identity.kind === "password",
        "self-granted": uses.some((use) => use.acting.by === "grant"),
        // Postgres' default privileges of PUBLIC, such as USAGE on the schema public, do not count.
        enters: crosses && change.level === Level.Use && uses.some((use) => use.source.startsWith("urn:")),
    };
    return RISKS.filter((risk) => found[risk]);
}

function holdersBySchema({ cells }: AccessModel, byIdentity: boolean): ReadonlyMap<string, ReadonlySet<string>> {
    const map = new Map<string, Set<string>>();
    for (const { identity, datum, level, paths } of cells) {
        const schema = schemaOf(datum);
        const byAccident =
            identity.wide === true ||
            paths.every(({ chain, elsewhere }) => elsewhere || chain.wide || chain.acting === "cluster");
        if (schema === undefined || level < Level.Read || (byAccident && !byIdentity)) {
            continue;
        }
        const [key, value] = byIdentity ? [identity.key, schema] : [schema, identity.key];
        map.set(key, (map.get(key) ?? new Set()).add(value));
    }
    return map;
}

function schemaOf({ server, database, schema }: Change["datum"]): string | undefined {
    return schema === undefined ? undefined : `${server}/${database ?? ""}/${schema}`;
}
