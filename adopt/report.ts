import { connectGroup, databaseBytes, databaseNames } from "../components/tenancy/names";
import { allowedDatabaseName, wrongDatabaseName } from "../config/validators";
import type { Known } from "../doctor/facts";
import { PROVISIONER } from "../toolkit/serverNames";
import { groupedBy } from "../toolkit/grouped";
import { UserError } from "../toolkit/userError";
import { actingRoles, announcedRights } from "./announced";
import type { AdoptFacts, Unexpressed } from "./facts";
import type { Announced } from "./rights";
import { adoptProfiles, type AdoptedProfile } from "./profiles";
import { sortLogins, type AdoptedTenant, type LeftLogin } from "./tenants";
import { unexpressed } from "./unexpressed";

/** What `keyless adopt` finds, and what the first run will add. */
export interface AdoptReport {
    readonly database: string;
    readonly owner: string;
    readonly tenants: readonly AdoptedTenant[];
    /** Profiles that take over group roles. */
    readonly profiles: readonly AdoptedProfile[];
    readonly left: readonly LeftLogin[];
    readonly unexpressed: readonly Unexpressed[];
    readonly tightenings: readonly string[];
    readonly announced: readonly Announced[];
    readonly workloads: Known<unknown>;
    /** Other databases of the server with tables, which this config does not have. */
    readonly otherDatabases: readonly OtherDatabase[];
}

/** A database that needs a run of its own. */
export interface OtherDatabase {
    readonly name: string;
    /** Its tables, views included. */
    readonly tables: number;
}

/**
 * @param chosen logins that become tenants although they own nothing and write nothing by themselves
 * @throws UserError if the database cannot be adopted
 */
export function adoptReport(facts: AdoptFacts, chosen: readonly string[]): AdoptReport {
    const { database, server, workloads } = facts;
    const problems = problemsOf(facts, chosen);
    if (problems.length > 0) {
        throw new UserError(problems.join("\n"));
    }
    const owner = ownerOf(facts) ?? "";
    const { tenants, left } = sortLogins(facts, chosen);
    const { profiles, stated } = adoptProfiles(facts, tenants);
    const run = { database, owner, major: server.major, tenants, profiles };
    return {
        ...{ database, owner, tenants, profiles, left, workloads },
        unexpressed: unexpressed(facts, actingRoles(tenants), stated),
        tightenings: tighteningsOf(facts, owner, tenants, profiles),
        announced: announcedRights(run),
        otherDatabases: otherDatabases(facts),
    };
}

/** Of the databases that admit the login, those with data. */
function otherDatabases({ database, server }: AdoptFacts): readonly OtherDatabase[] {
    const tables = server.objects.filter((one) => one.kind === "table" && one.database !== database);
    return [...groupedBy(tables, (one) => one.database)]
        .map(([name, { length }]) => ({ name, tables: length }))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
}

export function describeOther({ name, tables }: OtherDatabase): string {
    return `${name} (${tables} ${tables === 1 ? "table or view" : "tables and views"})`;
}

function ownerOf({ database, server }: AdoptFacts): string | undefined {
    return server.objects.find(({ kind, name }) => kind === "database" && name === database)?.owner;
}

function problemsOf(facts: AdoptFacts, chosen: readonly string[]): string[] {
    const { database, server } = facts;
    const group = connectGroup(database);
    const wrong = wrongDatabaseName(database, databaseBytes);
    return [
        ...(wrong === undefined
            ? []
            : [
                  `the database ${database} cannot be a platform's: its name ${wrong}; allowed are ${allowedDatabaseName(databaseBytes)}; connect to another database, or rename this one`,
              ]),
        ...(server.roles.has(group)
            ? [`the role ${group} exists, and the first run would create it: rename it, or drop it if nothing needs it`]
            : []),
        ...chosen
            .filter((login) => server.roles.get(login)?.attributes.login !== true)
            .map((login) => `--login ${login}: there is no such login; write it as pg_roles shows it`),
    ];
}

function tighteningsOf(
    { server }: AdoptFacts,
    owner: string,
    tenants: readonly AdoptedTenant[],
    profiles: readonly AdoptedProfile[],
): string[] {
    return [
        ...tenants.map(
            ({ name, login }) =>
                `when all pods of ${name} log in as ${databaseNames(name).login}: take the password of ${login} (docs/migrating.md)`,
        ),
        ...profiles.flatMap(({ name, members, grants }) => [
            ...(grants.length === 0
                ? []
                : [`a privilege of the profile ${name}: the next run revokes what its grants no longer name`]),
            ...(members.length === 0
                ? []
                : [
                      `a member of the profile ${name}: the next run revokes the membership${server.major >= 16 ? ", once keyless bootstrap --hand-over-members has let the provisioner do so" : ""}`,
                  ]),
        ]),
        ...(owner === PROVISIONER
            ? []
            : [
                  `keyless bootstrap --share-owner: the provisioner gets the owner's rights on the database, which the next step needs, and ${owner} keeps them`,
              ]),
        "access.publicRights: revoke: only members of the database's group connect to it and use its schema public",
        ...(server.objects.some(
            ({ kind, items, name }) =>
                kind === "database" &&
                ["postgres", "template1"].includes(name) &&
                items.some(({ grantee }) => grantee === "public"),
        )
            ? [
                  "close the databases postgres and template1 to PUBLIC: keyless bootstrap --keep-owner prints the statements, and does not run them",
              ]
            : []),
    ];
}
