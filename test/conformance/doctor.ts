/**
 * `npm run conformance:doctor`: fills an account of moto (https://github.com/getmoto/moto), a stand-in for AWS that is not ours, and checks
 * that `keyless doctor` finds what is bad in it, by real calls of the AWS SDK. With `-- --record`, keeps the exchanges for the unit tests.
 */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { diagnose } from "../../doctor/checks/all";
import { known, unknown } from "../../doctor/known";
import { readAws } from "../../doctor/read/aws";
import { projectDir } from "../../toolkit/paths";
import { findExecutable } from "../../toolkit/system/executable";
import { freePort } from "../../toolkit/system/freePort";
import { actionOf, type Exchange, same, serveAws } from "../doctor/exchanges";
import { fillAccount, TAKEN_ROLE } from "./motoAccount";

const MOTO = "5.2.5";

/** What moto cannot answer is not checked; the unit tests check it by responses of our own. */
const EXPECTED = {
    old: {
        "iam-authentication": "change",
        "tls-forced": "change",
        "certificate-authority": "unchecked",
        "master-secret": "change",
        "pods-path": "unchecked",
        "open-path": "change",
        routes: "fine",
        "network-acls": "fine",
        proxies: "change",
        copies: "change",
        "iam-roles": "change",
        "oidc-provider": "change",
        "pod-identity-agent": "unchecked",
        "access-entries": "unchecked",
    },
    shop: {
        "iam-authentication": "fine",
        "tls-forced": "unchecked",
        "certificate-authority": "unchecked",
        "master-secret": "fine",
        "pods-path": "fine",
        "open-path": "fine",
        routes: "fine",
        "network-acls": "fine",
        proxies: "fine",
        copies: "fine",
        "iam-roles": "change",
        "oidc-provider": "change",
        "pod-identity-agent": "unchecked",
        "access-entries": "unchecked",
    },
} as const;

async function main(record: boolean): Promise<void> {
    const program =
        process.env["MOTO_SERVER"] ?? findExecutable("moto_server", (process.env["PATH"] ?? "").split(delimiter));
    if (program === undefined) {
        console.log(
            `skipped: moto is not installed; pip install 'moto[server]==${MOTO}', or name its moto_server in MOTO_SERVER`,
        );
        return;
    }
    const port = await freePort();
    const moto = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], { stdio: ["ignore", "ignore", "pipe"] });
    try {
        await started(moto);
        const exchanges: Exchange[] = [];
        const server = await serveAws(async (asked, headers) => {
            const { method, url, body } = asked;
            const given = await fetch(`http://127.0.0.1:${port}${url}`, {
                method,
                headers,
                ...(body !== "" && { body }),
            });
            const type = given.headers.get("content-type") ?? "";
            const exchange = { ...asked, status: given.status, type, answer: await given.text() };
            exchanges.push(exchange);
            return exchange;
        });
        try {
            await fillAccount();
            exchanges.length = 0;
            await checkAll();
        } finally {
            await server.close();
        }
        const actions = [...new Set(exchanges.map(actionOf))].sort();
        console.log(`read by ${actions.join(", ")}`);
        assert.deepEqual(
            actions.filter((action) => !/:(Describe|List|Get)/.test(action)),
            [],
        );
        if (record) {
            // Moto's page for a call that it does not know says nothing.
            const answered = exchanges.filter(({ type }) => !type.startsWith("text/html"));
            const distinct = answered.filter((one, index) => answered.findIndex((other) => same(one, other)) === index);
            writeFileSync(
                join(projectDir, "test", "doctor", "recorded.json"),
                `${JSON.stringify(distinct, null, 4)}\n`,
            );
        }
    } finally {
        const exit = moto.exitCode === null ? once(moto, "exit") : undefined;
        moto.kill();
        await exit;
    }
}

async function checkAll(): Promise<void> {
    const nothing = unknown("not read");
    for (const [database, expected] of Object.entries(EXPECTED)) {
        const aws = await readAws({
            ...{ region: undefined, database, cluster: "prod" },
            roles: known([TAKEN_ROLE, "keyless-crm-prod"]),
        });
        const findings = diagnose({
            now: new Date(),
            aws,
            kubernetes: { namespaces: nothing, agent: nothing, podGroups: nothing },
            database: { catalog: nothing, sessions: nothing, load: nothing, loginRate: nothing, passwords: nothing },
            wanted: known({
                ...{
                    roles: [],
                    databases: [],
                    schemas: [],
                    namespaces: [],
                    identities: new Set(["irsa", "podIdentity"]),
                },
                iamRoles: [TAKEN_ROLE, "keyless-crm-prod"],
            }),
        });
        const states = findings.filter(({ id }) => id in expected).map(({ id, state }) => [id, state]);
        assert.deepEqual(Object.fromEntries(states), expected);
        console.log(`${database}: ${states.map(([id, state]) => `${id} ${state}`).join(", ")}`);
    }
}

/** Resolves when moto listens. */
async function started(moto: ChildProcess): Promise<void> {
    let text = "";
    for await (const part of moto.stderr ?? []) {
        text += String(part);
        if (text.includes("Running on")) {
            moto.stderr?.resume();
            return;
        }
    }
    throw new Error(`moto did not start: ${text}`);
}

main(process.argv.includes("--record")).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
