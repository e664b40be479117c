import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { refusedByProxy, refusedToken } from "../../../components/alarms/loginAlarms";
import type { Endpoint } from "../../../sandbox/cloud/aws/databaseEndpoints";
import { logDenial } from "../../../sandbox/gateway/log";
import { throttled } from "../../../sandbox/gateway/login";
import { stateDir } from "../../../toolkit/paths";
import { matchesLine } from "../../support/filterPattern";
import { withEmptyState } from "../../support/ownState";

const spec = { resourceId: "cluster-ABC", major: 16, masterUsername: "master", hosts: ["db"], database: "app" };
const database: Endpoint = {
    ...{ host: "db", port: 5432, region: "eu-central-1", tokens: true, spec, role: "writer" },
    ...{ replica: false, replicationTokens: false },
    connectPrefix: "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC/",
    log: { group: "/aws/rds/cluster/db/iam-db-auth-error", exported: true },
};
const proxy: Endpoint = {
    ...database,
    proxy: { roleArn: "arn:role", targetPrefix: database.connectPrefix, withoutReader: false },
    log: { group: "/aws/rds/proxy/db", exported: true },
};

function lineOf(endpoint: Endpoint, user: string): string {
    logDenial(endpoint, user, throttled(user), new Date("2026-01-31T10:00:00.123Z"));
    return readFileSync(`${stateDir("logs")}${endpoint.log.group}.log`, "utf8");
}

describe("the log of refused logins", () => {
    withEmptyState();

    it("contains the reason in the database's log, in a line that triggers the alarm", () => {
        const line = lineOf(database, "sue");
        assert.match(
            line,
            /^2026-01-31T10:00:00,123 \[ERROR\] Failed to authorize the connection request for user 'sue' due to IAM DB authentication throttling\. .*\n$/,
        );
        assert.equal(matchesLine(refusedToken, line), true);
    });

    it("contains the refusal in a proxy's log, in a line that triggers the alarm, whatever the user's name", () => {
        const line = lineOf(proxy, "su\ne");
        assert.match(line, /^2026-01-31T10:00:00\.123Z \[INFO\] .* failed for user "su\\u\{a\}e" with TLS on\. .*\n$/);
        assert.deepEqual([matchesLine(refusedByProxy, line), matchesLine(refusedToken, line)], [true, false]);
    });
});
