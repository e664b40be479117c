import assert from "node:assert/strict";
import { bootstrapMysql, mysqlStatements } from "../../bootstrap/mysql";
import { sql, type Sql } from "../../toolkit/sql";

const user = "'keyless_provisioner'@'%'";
const signsIn = "IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'";

describe("the bootstrap of MySQL", () => {
    it("makes a user of IAM that needs TLS and can hand on what it may do itself", async () => {
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

    it("can say how else the user signs in, where there is no RDS", () => {
        assert.match(String(mysqlStatements(sql`IDENTIFIED BY 'x'`)[0]), /'%' IDENTIFIED BY 'x' REQUIRE SSL$/);
    });
});
