import { PROVISIONER } from "../toolkit/serverNames";
import { join, literal, sql, type Sql } from "../toolkit/sql";

/** A session of MySQL's master user. */
export interface MysqlSession {
    query(statement: Sql): Promise<unknown>;
}

/**
 * The privileges that the provisioner grants to others, since it can only grant what it holds itself, and those that it
 * needs to create databases and users. https://dev.mysql.com/doc/refman/8.0/en/privileges-provided.html
 */
const privileges = join([
    sql`SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW, TRIGGER`,
    sql`CREATE ROUTINE, ALTER ROUTINE, EXECUTE, CREATE USER`,
]);

/**
 * The statements that create the provisioner in MySQL; safe to run again.
 *
 * @param signsIn how it authenticates: with Amazon's plugin, which exists only on RDS
 */
export function mysqlStatements(signsIn = sql`IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'`): Sql[] {
    const user = sql`${literal(PROVISIONER)}@'%'`;
    return [
        sql`CREATE USER IF NOT EXISTS ${user} ${signsIn} REQUIRE SSL`,
        sql`GRANT ${privileges} ON *.* TO ${user} WITH GRANT OPTION`,
    ];
}

/** Runs the statements as the master, and returns them. */
export async function bootstrapMysql(master: MysqlSession): Promise<Sql[]> {
    const statements = mysqlStatements();
    for (const statement of statements) {
        await master.query(statement);
    }
    return statements;
}
