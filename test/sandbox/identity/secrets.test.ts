import assert from "node:assert/strict";
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SecretsManagerSecrets } from "../../../components/tenancy/migration/passwordSecrets";
import { Cloud } from "../../../sandbox/cloud/aws/cloud";
import { SECRET } from "../../../sandbox/cloud/aws/tokens";
import { Store, type JsonProps } from "../../../sandbox/cloud/store";
import { sandboxCredentials } from "../../../sandbox/identity/credentials";
import { openIdentity, PATHS, type IdentityServices } from "../../../sandbox/identity/endpoints";
import { ACCOUNT, REGION } from "../../support/cloud";
import { withEmptyState } from "../../support/ownState";

const arn = (name: string) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`;

describe("the sandbox's Secrets Manager", () => {
    withEmptyState();
    const now = new Date(Math.floor(Date.now() / 1000) * 1000);
    let identity: IdentityServices;
    const config = (more: object = {}) => ({
        ...{ region: REGION, endpoint: identity.url + PATHS.secrets, credentials: sandboxCredentials() },
        ...more,
    });
    const secrets = (more: object = {}) => new SecretsManagerSecrets(async () => config(more));

    before(async () => {
        const store = new Store();
        const cloud = new Cloud(store, REGION, ACCOUNT);
        identity = await openIdentity({ store, clock: () => now }, async () => []);
        const put = (name: string, state: JsonProps = {}) =>
            store.add({ type: SECRET, id: arn(name), ...cloud.home(SECRET), inputs: {}, state: { name, ...state } });
        put("shop-a1B2c3");
        put("rds!db-a1B2c3", { owningService: "rds" });
        put("replica-a1B2c3", { primaryRegion: "us-east-1" });
    });
    after(() => identity.close());

    it("schedules the deletion of a secret by the SDK, 30 days ahead and once", async () => {
        const shop = arn("shop-a1B2c3");
        assert.deepEqual(await secrets().status(shop), { state: "there", keep: undefined });
        await secrets().remove(shop);
        assert.deepEqual(await secrets().status(shop), {
            state: "scheduled",
            date: new Date(now.getTime() + 30 * 86_400_000),
        });
        await assert.rejects(secrets().remove(shop), { name: "InvalidRequestException" });
    });

    it("names those that must be kept, those that are gone and those that cannot be read", async () => {
        assert.deepEqual(await secrets().status(arn("rds!db-a1B2c3")), {
            state: "there",
            keep: "it is managed by the service rds",
        });
        assert.deepEqual(await secrets().status(arn("replica-a1B2c3")), {
            state: "there",
            keep: "it is a replica of a secret in us-east-1",
        });
        assert.deepEqual(await secrets().status(arn("other-a1B2c3")), { state: "gone" });
        const wrong = { credentials: { ...sandboxCredentials(), secretAccessKey: "wrong" } };
        const found = await secrets(wrong).status(arn("shop-a1B2c3"));
        assert.equal(found.state, "unreadable");
    });

    it("never answers with a value, and refuses what it does not have", async () => {
        const client = new SecretsManagerClient(config());
        const SecretId = arn("shop-a1B2c3");
        await assert.rejects(client.send(new GetSecretValueCommand({ SecretId })), {
            name: "UnknownOperationException",
        });
        await assert.rejects(client.send(new DescribeSecretCommand({ SecretId: "shop" })), {
            name: "InvalidParameterException",
        });
        client.destroy();
    });
});
