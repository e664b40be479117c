import assert from "node:assert/strict";

import { Store } from "../../../../sandbox/cloud/store";
import { sandboxCredentials } from "../../../../sandbox/identity/credentials";
import { endpointsOf } from "../../../../sandbox/cloud/aws/databaseEndpoints";
import { refuseLogin } from "../../../../sandbox/gateway/login";
import { settingsOf } from "../../../../sandbox/providers/postgresql/settings";
import { iamToken } from "../../../../sandbox/providers/postgresql/token";
import { ACCOUNT, OTHER_ACCOUNT, put, putRole, REGION, roleArn } from "../../../support/cloud";
import { withEmptyState } from "../../../support/ownState";

const HOST = "far.cluster-x.eu-central-1.rds.amazonaws.com";
const USER = "keyless_provisioner";

describe("the postgresql provider's token for a database in another account", () => {
    withEmptyState();
    const variables = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] as const;
    const usual = variables.map((name) => process.env[name]);

    before(() => {
        const { accessKeyId, secretAccessKey } = sandboxCredentials();
        delete process.env["AWS_SESSION_TOKEN"];
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
        const cluster = {
            clusterIdentifier: "far",
            clusterResourceId: "cluster-FAR",
            endpoint: HOST,
            port: 5432,
            engineVersion: "16.6",
        };
        const there = { account: OTHER_ACCOUNT };
        put(
            "aws:rds/cluster:Cluster",
            "far",
            { ...cluster, masterUsername: "postgres", iamDatabaseAuthenticationEnabled: true },
            there,
        );
        put("aws:rds/clusterInstance:ClusterInstance", "far-0", { clusterIdentifier: "far" }, there);
        const statement = {
            Effect: "Allow",
            Action: "rds-db:connect",
            Resource: `arn:aws:rds-db:${REGION}:${OTHER_ACCOUNT}:dbuser:cluster-FAR/${USER}`,
        };
        const trust = (account: string) => ({
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { AWS: `arn:aws:iam::${account}:root` },
        });
        putRole("deploy", trust(ACCOUNT), [statement], there);
        putRole("theirs", trust("999999999999"), [statement], there);
    });
    after(() => {
        variables.forEach((name, index) => {
            delete process.env[name];
            Object.assign(process.env, usual[index] === undefined ? {} : { [name]: usual[index] });
        });
    });

    const tokenBy = (role?: string): Promise<string> => {
        const config = { host: HOST, port: 5432, username: USER, awsRdsIamAuth: true, awsRdsIamRegion: REGION };
        return iamToken(
            settingsOf(
                {
                    ...config,
                    ...(role === undefined ? {} : { awsRdsIamProviderRoleArn: roleArn(role, OTHER_ACCOUNT) }),
                },
                {},
            ),
        );
    };
    const judge = async (token: Promise<string>): Promise<string | undefined> => {
        const store = new Store();
        const [endpoint] = endpointsOf(store);
        assert.ok(endpoint);
        return refuseLogin({ store, clock: () => new Date() }, endpoint, await token, USER)?.reason;
    };

    it("is signed by a role in that account, and not by one in this account", async () => {
        assert.equal(await judge(tokenBy("deploy")), undefined);
        assert.equal(
            await judge(tokenBy()),
            `arn:aws:iam::${ACCOUNT}:user/developer is not in the database's account ${OTHER_ACCOUNT}`,
        );
    });

    it("cannot be signed with a role that trusts another principal", async () => {
        await assert.rejects(tokenBy("theirs"), {
            message:
                `awsRdsIamAuth: cannot sign a token for ${USER} at ${HOST}:5432: User: arn:aws:iam::${ACCOUNT}:user/developer ` +
                `is not authorized to perform: sts:AssumeRole on resource: ${roleArn("theirs", OTHER_ACCOUNT)}`,
        });
    });
});
