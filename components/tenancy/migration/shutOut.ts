import type { Queryable } from "../../../toolkit/session";
import { identifier, sql } from "../../../toolkit/sql";
import { visible } from "../../../toolkit/visible";
import { type ExistingUsers, type Loss, lossesOf } from "./publicLosses";

/** What taking PUBLIC's rights would do. */
export interface ShutOut {
    /** Why it cannot be done. */
    readonly problems: readonly string[];
    /** What it takes that only a program that uses it would miss. */
    readonly warnings: readonly string[];
}

/** What taking PUBLIC's rights on a database and its schema `public` would do, and how to keep who uses them. */
export async function shutOut(
    session: Queryable,
    database: string,
    users: ExistingUsers,
    breakGlass: string,
): Promise<ShutOut> {
    const rows = await lossesOf(session, database, users, breakGlass);
    const warned = (privilege: string, concerned: readonly Loss[], why: string) => {
        const names = concerned.map(({ role }) => role);
        const grantees = names.map((role) => identifier(role).text).join(", ");
        return names.length === 0
            ? []
            : [
                  `access.publicRights: revoke takes PUBLIC's ${privilege} on the database ${database}, which ${names.map(visible).join(", ")} had in no other way: ${why}, run, as the owner, GRANT ${privilege} ON DATABASE ${identifier(database).text} TO ${grantees}`,
              ];
    };
    const of = (privilege: Loss["privilege"]) => rows.filter((loss) => loss.privilege === privilege);
    const unused = of("CONNECT").filter(({ used }) => !used);
    return {
        problems: rows.flatMap((loss) =>
            loss.used && loss.privilege !== "TEMPORARY" ? [problem(loss, database)] : [],
        ),
        warnings: [
            ...warned(
                "CONNECT",
                unused,
                "the server shows no use of it, or the login is a tenant of another database; for those that should have it",
            ),
            ...warned("TEMPORARY", of("TEMPORARY"), "for those that create temporary tables"),
        ],
    };
}

function problem({ role, privilege, closable, users, runs }: Loss, database: string): string {
    const ofDatabase = privilege === "CONNECT";
    const what = ofDatabase ? `the database ${database}` : "the schema public";
    const on = ofDatabase ? sql`DATABASE ${identifier(database)}` : sql`SCHEMA public`;
    const grant = `GRANT ${privilege} ON ${on.text} TO ${identifier(role).text}`;
    const reasons = [
        ...(users.length === 0 ? [] : [`sessions of ${users.map(visible).join(", ")} act as it`]),
        ...(runs && !ofDatabase ? ["functions or foreign keys run as it"] : []),
    ];
    const whose = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
    const close = closable ? `, or ALTER ROLE ${identifier(role).text} NOLOGIN if nobody should log in as it` : "";
    return `access.publicRights: revoke would take PUBLIC's ${privilege} on ${what}, which ${visible(role)}${whose} has in no other way; nothing of it has changed: write publicRights: keep, or run, as the owner, ${grant}${close}`;
}
