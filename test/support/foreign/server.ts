import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Client } from "pg";

import { openGuardedSession } from "../../../toolkit/guardedSession";
import type { Session } from "../../../toolkit/session";
import type { Postgres } from "../../../sandbox/postgres/cluster";
import { byPassword } from "../../../sandbox/postgres/session";

/** Undoes the bootstrap of a new server: `app` is the master's, as on RDS, and PUBLIC has what Postgres gives it. */
const UNTOUCHED = [
    "ALTER DATABASE app OWNER TO postgres",
    "REVOKE CONNECT ON DATABASE postgres, template1 FROM keyless_provisioner, keyless_breakglass",
    "DROP OWNED BY keyless_provisioner",
    "DROP ROLE keyless_provisioner, keyless_breakglass",
    "GRANT CONNECT, TEMP ON DATABASE postgres TO PUBLIC",
    "GRANT CONNECT ON DATABASE template1 TO PUBLIC",
    "GRANT CONNECT, TEMP ON DATABASE app TO PUBLIC",
];

export async function makeUntouched(admin: Client): Promise<void> {
    for (const statement of UNTOUCHED) {
        await admin.query(statement);
    }
}

/** Fills the database as its owner did, by a file beside this one. */
export async function fill(master: Client, file: string): Promise<void> {
    await master.query(readFileSync(join(__dirname, file), "utf8"));
}

/** A session of the master that reads. */
export function readAsMaster(postgres: Postgres, database: string): Promise<Session> {
    const { username, password } = postgres.master;
    const way = byPassword(postgres, username, password);
    return openGuardedSession({ ...way, database }, { default_transaction_read_only: "on" });
}
