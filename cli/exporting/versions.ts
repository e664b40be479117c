import { getClient } from "../command/clientProgram";
import { PROVISIONER } from "../../toolkit/serverNames";

/** A server's version. */
export interface ServerVersion {
    /** As `server_version_num` has it: 150018 is 15.18. */
    readonly number: number;
    /** Whether it has the setting with which pg_dump refuses code that a tenant substitutes for a table. */
    readonly restricts: boolean;
}

/**
 * Why this pg_dump must not read this server; undefined when it may. It cannot read a newer server than itself
 * (https://www.postgresql.org/docs/current/app-pgdump.html). Unless both have the fix, a role that may create objects in the
 * schema can replace one during the dump with a view whose function then runs as pg_dump's user.
 *
 * @param said the output of `pg_dump --version`
 * @param inUse whether a tenant may still log in, and change the schema meanwhile
 */
export function versionProblem(
    dumper: string,
    said: string,
    { number, restricts }: ServerVersion,
    inUse: boolean,
): string | undefined {
    const [, own = "0", minor = "0"] = /(\d+)(?:\.(\d+)|devel|beta\d*|rc\d*)/.exec(said) ?? [];
    const major = Math.trunc(number / 10_000);
    const install = (version: string) => `${getClient} of ${version} or later, first on the PATH`;
    if (Number(own) < major) {
        return `${dumper} is of PostgreSQL ${own}, the server of ${major}, and pg_dump cannot read a newer server: ${install(`${major}`)}`;
    }
    const risk = `can be made to run a tenant's function as ${PROVISIONER} (CVE-2024-7348)`;
    const needed = fixedIn[own] ?? 0;
    if (Number(own) < 12 || (own === "17" && /17beta[12]\b/.test(said))) {
        return `${dumper} is of PostgreSQL ${own}, which ${risk}, and has no fix: ${install("18")}`;
    }
    if (Number(minor) < needed) {
        return `${dumper} is of PostgreSQL ${own}.${minor}, which ${risk}: ${install(`${own}.${needed}`)}`;
    }
    return restricts || !inUse
        ? undefined
        : `the server is of PostgreSQL ${major}.${number % 10_000}, on which pg_dump ${risk}: upgrade it to ${major}.${fixedIn[major] ?? 0} or later, ` +
              "or set retire: keep first, so that the tenant cannot change the schema meanwhile";
}

/** The first minor versions without CVE-2024-7348, of the major versions that had it: https://www.postgresql.org/support/security/CVE-2024-7348/ */
const fixedIn: Readonly<Record<string, number>> = { 12: 20, 13: 16, 14: 13, 15: 8, 16: 4 };
