import { PROVISIONER } from "../../bootstrap";
import { getClient } from "../clientProgram";

/** What a server is. */
export interface ServerVersion {
    /** As `server_version_num` has it: 150018 is 15.18. */
    readonly number: number;
    /** Whether it has the setting by which pg_dump refuses to run what a tenant puts in a table's place. */
    readonly restricts: boolean;
}

/**
 * Why this pg_dump must not read this server; nothing when it may. It reads no newer server than itself
 * (https://www.postgresql.org/docs/current/app-pgdump.html). And whoever may make objects in the schema may replace one by a
 * view while it is read, whose function would run as pg_dump's user, unless both have the fix.
 *
 * @param said what `pg_dump --version` says
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
        return `${dumper} is of PostgreSQL ${own}, the server of ${major}, and pg_dump reads no newer server than itself: ${install(`${major}`)}`;
    }
    const risk = `can be made to run a tenant's function as ${PROVISIONER} (CVE-2024-7348)`;
    const needed = fixedIn[own] ?? 0;
    if (Number(own) < 12 || (own === "17" && /17beta[12]\b/.test(said))) {
        return `${dumper} is of PostgreSQL ${own}, which ${risk}, and was never mended: ${install("18")}`;
    }
    if (Number(minor) < needed) {
        return `${dumper} is of PostgreSQL ${own}.${minor}, which ${risk}: ${install(`${own}.${needed}`)}`;
    }
    return restricts || !inUse
        ? undefined
        : `the server is of PostgreSQL ${major}.${number % 10_000}, on which pg_dump ${risk}: upgrade it to ${major}.${fixedIn[major] ?? 0} or later, ` +
              "or write retire: keep first, so that nobody works in the schema meanwhile";
}

/** The first minor versions without CVE-2024-7348, of the major versions that had it: https://www.postgresql.org/support/security/CVE-2024-7348/ */
const fixedIn: Readonly<Record<string, number>> = { 12: 20, 13: 16, 14: 13, 15: 8, 16: 4 };
