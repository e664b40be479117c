import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { bootstrap } from "../../bootstrap";
import { keptPassword } from "../../cli/bootstrapSecrets";
import { UserError } from "../../toolkit/userError";
import type { Queryable } from "../../toolkit/session";
import type { Sql } from "../../toolkit/sql";

const place = { host: "db.example", secret: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:master" };

describe("a break-glass login that exists before the bootstrap", () => {
    let secrets: Server;
    let answer: { status: number; body: object };
    const environment = { ...process.env };
    before(async () => {
        secrets = createServer((_request, response) => {
            response.writeHead(answer.status, { "Content-Type": "application/x-amz-json-1.1" });
            response.end(JSON.stringify(answer.body));
        }).listen(0, "127.0.0.1");
        await once(secrets, "listening");
        process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`;
        process.env["AWS_ACCESS_KEY_ID"] = process.env["AWS_SECRET_ACCESS_KEY"] = "none";
    });
    after(() => {
        process.env = environment;
        secrets.closeAllConnections();
        secrets.close();
    });

    it("is refused without the secret in which the bootstrap stores its password", async () => {
        answer = { status: 400, body: { __type: "ResourceNotFoundException", message: "no such secret" } };
        await assert.rejects(
            keptPassword("keyless_breakglass", place),
            new UserError(
                'role "keyless_breakglass" exists, and the secret keyless/keyless_breakglass/db.example does not: the creator of the role ' +
                    "may know its password; drop the role and run this again, or choose another name by --break-glass",
            ),
        );
        answer = { status: 400, body: { __type: "AccessDeniedException", message: "not yours" } };
        await assert.rejects(keptPassword("keyless_breakglass", place), /^Error: can't read the secret of .*not yours/);
        answer = {
            status: 200,
            body: { SecretString: JSON.stringify({ username: "keyless_breakglass", password: "p" }) },
        };
        assert.equal(await keptPassword("keyless_breakglass", place), "p");
    });

    it("requires confirmation before the server changes", async () => {
        const ran: string[] = [];
        const rows = [{ datname: "app", rolname: "master", rolcanlogin: true, rolcreaterole: false, restricts: true }];
        const master: Queryable = {
            query: <Row>(statement: Sql) => {
                const text = String(statement).trim();
                ran.push(text);
                const found = text.includes("rolcreatedb") ? [] : rows;
                return Promise.resolve({ rows: found as unknown as Row[] });
            },
        };
        const breakGlass = {
            name: "keyless_breakglass",
            password: () => assert.fail("asked for"),
            confirm: () => Promise.reject(new UserError("the password was rejected")),
        };
        const asItself = () => assert.fail("signed in");
        await assert.rejects(
            bootstrap(master, { databases: ["app"], breakGlass }, { asItself }),
            /the password was rejected/,
        );
        assert.deepEqual(
            ran.filter((statement) => !statement.startsWith("SELECT")),
            [],
        );
    });
});
