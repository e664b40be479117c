import { PROVISIONER } from "./statements";

/** A session of MySQL's master user. */
export interface MysqlSession {
    query(sql: string): Promise<unknown>;
}

/**
 * What the provisioner may hand on, since it grants nothing that it has not itself, and what it works with: it makes
 * databases and users. https://dev.mysql.com/doc/refman/8.0/en/privileges-provided.html
 */
const privileges = [
    ...["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "REFERENCES", "CREATE VIEW", "SHOW VIEW", "TRIGGER"],
    ...["CREATE ROUTINE", "ALTER ROUTINE", "EXECUTE", "CREATE USER"],
];

/**
 * The statements that make the provisioner in MySQL; they may run again.
 *
 * @param signsIn how it proves who it is: Amazon's plugin, of which a server outside RDS knows nothing
 */
export function mysqlStatements(signsIn = "IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'"): string[] {
    const user = `'${PROVISIONER}'@'%'`;
    return [`CREATE USER IF NOT EXISTS ${user} ${signsIn} REQUIRE SSL`, `GRANT ${privileges.join(", ")} ON *.* TO ${user} WITH GRANT OPTION`];
}

/** Runs them as the master, and gives what ran. */
export async function bootstrapMysql(master: MysqlSession): Promise<string[]> {
    const statements = mysqlStatements();
    for (const statement of statements) {
        await master.query(statement);
    }
    return statements;
}
