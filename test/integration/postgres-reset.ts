import type { Client } from "pg";
import { identifier } from "../../toolkit/sql";

const MADE = {
    DATABASE: "SELECT datname AS name FROM pg_database WHERE NOT datistemplate",
    SCHEMA: "SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)'",
    ROLE: "SELECT rolname AS name FROM pg_roles",
} as const;

type Kind = keyof typeof MADE;

/**
 * Records the databases, roles and schemas (of the session's database), and returns a function that removes all others, which
 * a test left behind, so that a retry, or the next test, begins in the same state.
 */
export async function remember(admin: Client): Promise<() => Promise<void>> {
    const names = async (kind: Kind) => (await admin.query<{ name: string }>(MADE[kind])).rows.map(({ name }) => name);
    const known = { DATABASE: await names("DATABASE"), SCHEMA: await names("SCHEMA"), ROLE: await names("ROLE") };
    const further = async (kind: Kind) =>
        (await names(kind)).filter((name) => !known[kind].includes(name)).map((name) => identifier(name));
    return async () => {
        for (const name of await further("DATABASE")) {
            await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
        }
        for (const name of await further("SCHEMA")) {
            await admin.query(`DROP SCHEMA ${name} CASCADE`);
        }
        for (const name of await further("ROLE")) {
            await admin.query(`DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`);
        }
    };
}
