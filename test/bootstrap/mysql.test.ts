import assert from "node:assert/strict";
import { bootstrapMysql, mysqlStatements } from "../../bootstrap/mysql";
import { sql, type Sql } from "../../toolkit/sql";

const user = "'keyless_provisioner'@'%'";
const signsIn = "IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'";

describe("the bootstrap of MySQL", () => {
    it("creates an IAM user that requires TLS and can grant its own privileges", async () => {
        const ran: string[] = [];
        const session = {
            async query({ text }: Sql) {
                ran.push(text);
            },
        };
        assert.deepEqual((await bootstrapMysql(session)).map(String), ran);
        assert.deepEqual(ran, [
            `CREATE USER IF NOT EXISTS ${user} ${signsIn} REQUIRE SSL`,
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW, TRIGGER, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, CREATE USER " +
                `ON *.* TO ${user} WITH GRANT OPTION`,
        ]);
    });

    it("supports another authentication method outside RDS", () => {
        assert.match(String(mysqlStatements(sql`IDENTIFIED BY 'x'`)[0]), /'%' IDENTIFIED BY 'x' REQUIRE SSL$/);
    });
});
