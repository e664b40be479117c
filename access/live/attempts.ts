import { groupedBy } from "../../toolkit/grouped";
import { identifier, join, literal, sql, type Sql } from "../../toolkit/sql";
import type { DeclaredServer } from "../databases/declaredServers";
import type { ObjectKind, PgObject, Privilege } from "../postgres/serverState";
import type { Columns } from "../catalog/columns";
import { cell, objectKey } from "./catalog";
import { corrected, type Corrections } from "./fromElsewhere";

/** An attempt by a login, and whether the resources allow it. */
export interface Trial {
    /** `shop_app SELECT table app/billing.invoices`. */
    readonly cell: string;
    /** Changes nothing even if it is executed and committed. */
    readonly statement: Sql;
    readonly expected: boolean;
    /** SQLSTATEs besides success that only those see who may. */
    readonly passes: readonly string[];
}

/** A sequence's error in a read-only transaction for logins that may use it. */
const READ_ONLY = "25006";
const NOT_YET_DRAWN = "55000";
const NO_SUCH_TABLE = "42P01";

/**
 * What logins can attempt in a database, on existing objects: each statement needs one privilege besides those to get
 * there. The catalogs cover privileges that cannot be tried without side effects (REFERENCES, TRIGGER, MAINTAIN),
 * views, which fail for their owner's reasons, functions, which have effects, and tables for which planning runs
 * another role's function (catalog/columns.ts).
 *
 * EXPLAIN checks the same privileges as the statement does (ExecCheckPermissions in InitPlan,
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/executor/execMain.c) and fires no statement trigger, which
 * belongs to another role and could have effects that no rollback undoes.
 */
export class DatabaseTrials {
    /** The database itself, and the schemas with all that is in them. */
    private readonly parts: ReadonlyMap<string | undefined, readonly PgObject[]>;
    private readonly schemas: ReadonlyMap<string, PgObject>;
    private readonly columnObjects: ReadonlyMap<string, PgObject>;

    constructor(
        private readonly rights: DeclaredServer["rights"],
        database: string,
        private readonly columns: Columns,
        private readonly corrections: Corrections = new Map(),
    ) {
        const here = rights.world.objects.filter(
            (object) => object.database === database && object.future !== true && object.name !== "*",
        );
        const ofKind = (kind: ObjectKind) => here.filter((object) => object.kind === kind);
        this.parts = groupedBy(here, schemaOf);
        this.schemas = new Map(ofKind("schema").map((object) => [object.name, object]));
        this.columnObjects = new Map(ofKind("column").map((object) => [`${object.schema}.${object.name}`, object]));
    }

    /** Names of the schemas in which there is anything. */
    get schemaNames(): readonly string[] {
        return [...this.parts.keys()].flatMap((name) => name ?? []);
    }

    /** The schema and everything in it. */
    inSchema(name: string): readonly PgObject[] {
        return this.parts.get(name) ?? [];
    }

    /**
     * A login's attempts, those on the database itself included.
     *
     * @param schemas the schemas to try it in; undefined for all
     */
    of(login: string, schemas?: ReadonlySet<string>): readonly Trial[] {
        const places = [undefined, ...this.schemaNames.filter((name) => schemas?.has(name) !== false)];
        return places
            .flatMap((place) => this.parts.get(place) ?? [])
            .flatMap((object) =>
                statementsFor(object, this.columns).map(({ word, needs, statement, passes = [] }): Trial => {
                    const expected = this.may(login, object, needs);
                    return { cell: cell(login, word, objectKey(object)), statement, expected, passes };
                }),
            );
    }

    private may(login: string, object: PgObject, some: readonly Privilege[]): boolean {
        return (
            some.some((one) => this.allows(login, object, one)) &&
            (object.schema === undefined || this.holds(login, this.schemas.get(object.schema), "USAGE"))
        );
    }

    /** On the object itself, or on each of its columns. */
    private allows(login: string, object: PgObject, privilege: Privilege): boolean {
        const { kind, schema = "", name } = object;
        const of = kind === "table" ? this.columns.of(schema, name) : [];
        return (
            this.holds(login, object, privilege) ||
            (of.length > 0 &&
                of.every((column) =>
                    this.holds(login, this.columnObjects.get(`${schema}.${name}.${column}`), privilege),
                ))
        );
    }

    private holds(login: string, object: PgObject | undefined, privilege: Privilege): boolean {
        return object !== undefined && holds(this.rights, this.corrections, login, object, privilege);
    }
}

/** Whether a login holds a privilege, by the resources or by what others gave it. */
export function holds(
    { privileges }: DeclaredServer["rights"],
    corrections: Corrections,
    login: string,
    object: PgObject,
    privilege: Privilege,
): boolean {
    const computed = privileges.holds(login, object, privilege) !== undefined;
    return corrected(corrections, login, privilege, objectKey(object), computed);
}

/** The schema that an object is, or is in; undefined for a database. */
function schemaOf({ kind, schema, name }: PgObject): string | undefined {
    return kind === "schema" ? name : schema;
}

/**
 * SET ROLE to other declared roles; the same in every database.
 *
 * @param some the roles to try; undefined for all
 */
export function rolesTried(
    { rights: { privileges, world } }: DeclaredServer,
    login: string,
    some?: ReadonlySet<string>,
    corrections: Corrections = new Map(),
): readonly Trial[] {
    const roles = [...world.roles.values()].filter(
        ({ name, source }) => name !== login && source.startsWith("urn:") && some?.has(name) !== false,
    );
    const settable = privileges.members.settable(login);
    const superuser = privileges.members.role(login)?.superuser === true;
    return roles.map(({ name }): Trial => {
        return {
            cell: `${login} SET role ${name}`,
            statement: sql`SET LOCAL ROLE ${identifier(name)}`,
            expected: corrected(corrections, login, "SET", `role ${name}`, superuser || settable.has(name)),
            passes: [],
        };
    });
}

interface Statement {
    readonly word: string;
    /** Any of these is sufficient. */
    readonly needs: readonly Privilege[];
    readonly statement: Sql;
    readonly passes?: readonly string[];
}

function statementsFor(object: PgObject, columns: Columns): readonly Statement[] {
    return STATEMENTS[object.kind]?.(object, columns) ?? [];
}

const STATEMENTS: Partial<Record<ObjectKind, (object: PgObject, columns: Columns) => readonly Statement[]>> = {
    database: () => [
        { word: "TEMPORARY", needs: ["TEMPORARY"], statement: sql`CREATE TEMPORARY TABLE keyless_trial ()` },
        { word: "CREATE", needs: ["CREATE"], statement: sql`CREATE SCHEMA keyless_trial` },
    ],
    schema: ({ name }) => [
        {
            word: "USAGE",
            needs: ["USAGE"],
            statement: sql`SELECT ${literal(`${identifier(name).text}.keyless_trial`)}::regclass`,
            passes: [NO_SUCH_TABLE],
        },
        { word: "CREATE", needs: ["CREATE"], statement: sql`CREATE TABLE ${identifier(name)}.keyless_trial ()` },
    ],
    table: ({ schema = "", name }, columns) => {
        const table = identifier(schema, name);
        const of = columns.of(schema, name);
        const [first] = of;
        if (first === undefined) {
            return [];
        }
        const all = join(of.map((column) => identifier(column)));
        return [
            { word: "SELECT", needs: ["SELECT"], statement: sql`SELECT ${all} FROM ${table} LIMIT 0` },
            {
                word: "INSERT",
                needs: ["INSERT"],
                statement: sql`EXPLAIN INSERT INTO ${table} (${all}) OVERRIDING SYSTEM VALUE SELECT ${join(of.map(() => sql`NULL`))} WHERE false`,
            },
            {
                word: "UPDATE",
                needs: ["UPDATE"],
                statement: sql`EXPLAIN UPDATE ${table} SET ${join(of.map((column) => sql`${identifier(column)} = DEFAULT`))} WHERE false`,
            },
            { word: "DELETE", needs: ["DELETE"], statement: sql`EXPLAIN DELETE FROM ${table} WHERE false` },
        ];
    },
    column: ({ schema = "", name }, columns) => {
        const found = columns.named(schema, name);
        if (found === undefined) {
            return [];
        }
        const [place, column] = [identifier(schema, found.table), identifier(found.column)];
        return [
            { word: "SELECT", needs: ["SELECT"], statement: sql`SELECT ${column} FROM ${place} LIMIT 0` },
            {
                word: "UPDATE",
                needs: ["UPDATE"],
                statement: sql`EXPLAIN UPDATE ${place} SET ${column} = DEFAULT WHERE false`,
            },
        ];
    },
    sequence: ({ schema = "", name }) => {
        const sequence = identifier(schema, name);
        const text = literal(sequence.text);
        // In this order, so that a sequence that the login may use does not advance.
        const drawn = sql`SELECT CASE WHEN set_config('transaction_read_only', 'on', true) = 'on' THEN nextval(${text}) END`;
        return [
            { word: "SELECT", needs: ["SELECT"], statement: sql`SELECT last_value FROM ${sequence} LIMIT 0` },
            { word: "nextval", needs: ["USAGE", "UPDATE"], statement: drawn, passes: [READ_ONLY] },
            {
                word: "currval",
                needs: ["USAGE", "SELECT"],
                statement: sql`SELECT currval(${text})`,
                passes: [NOT_YET_DRAWN],
            },
        ];
    },
};
