import { URL } from "node:url";

import { connect } from "./checks/connect.mjs";
import { forbidden } from "./checks/forbidden.mjs";
import { permitted } from "./checks/permitted.mjs";
import { callerArn } from "./connection/identity.mjs";
import { toJson } from "./json.mjs";
import { patiently } from "./retry.mjs";
import { readSettings } from "./settings.mjs";
import { credentialProvider, tokenSource } from "./connection/tokens.mjs";

/**
 * Tries what this identity may, and everything that it must not. Prints one JSON object; exits with 0 when all is as it
 * should be, 1 when something is not, 2 without any connection.
 */
async function main() {
    const settings = readSettings();
    const credentials = credentialProvider();
    const token = tokenSource(settings, credentials);
    const log = (entry) => console.error(toJson(entry));
    const given = await patiently(credentials, { log });
    const [signed, client] = await patiently(
        async () => {
            const password = await token();
            return [password, await connect(settings, { password })];
        },
        { log },
    );
    try {
        const { rows } = await client.query(
            "SELECT version(), now(), current_user AS user, s.version AS tls, s.cipher FROM pg_stat_ssl s WHERE pid = pg_backend_pid()",
        );
        const context = { settings, client, credentials, password: signed };
        const checks = [...(await permitted(context)), ...(await forbidden(context))];
        return {
            ok: checks.every(({ outcome }) => outcome !== "failed"),
            // If network policies block STS, the database has still confirmed the identity.
            identity: await callerArn(credentials, settings.region).catch(
                (error) => `not known, STS does not answer: ${error.message}`,
            ),
            credentialsUntil: given.expiration?.toISOString(),
            tokenAgeSeconds: ageOf(signed),
            host: settings.host,
            ...rows[0],
            checks,
        };
    } finally {
        await client.end();
    }
}

function ageOf(token) {
    const date = new URL(`https://${token}`).searchParams.get("X-Amz-Date") ?? "";
    const signed = date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z");
    return Math.max(0, Math.round((Date.now() - Date.parse(signed)) / 1000));
}

try {
    const result = await main();
    console.log(toJson(result, 2));
    process.exitCode = result.ok ? 0 : 1;
} catch (error) {
    console.log(toJson({ ok: false, error: error.message, code: error.code ?? error.name }, 2));
    process.exitCode = 2;
}
