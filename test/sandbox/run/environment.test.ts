import assert from "node:assert/strict";
import { dirname } from "node:path";

import { engineEnvironment } from "../../../sandbox/run/environment";

describe("the engine's environment", () => {
    const surroundings = {
        stateDir: "/state",
        backendDir: "/state/engine",
        homeDir: "/state/home",
        passphrase: "secret",
        pluginDirs: ["/plugins", "/more"],
        accessKeyId: "AKIAEXAMPLE",
        secretAccessKey: "key",
        socksUrl: "socks5://127.0.0.1:1",
        stsUrl: "http://127.0.0.1:2/",
        logsUrl: "http://127.0.0.1:2/logs",
        secretsUrl: "http://127.0.0.1:2/secrets",
    };

    it("has only the sandbox's own values and addresses", () => {
        const inherited = {
            PATH: "/bin",
            HOME: "/home/x",
            AWS_PROFILE: "production",
            AWS_SESSION_TOKEN: "t",
            PULUMI_ACCESS_TOKEN: "t",
            PGHOST: "db.example.com",
            KUBECONFIG: "/home/x/.kube/config",
            DATABASE_URL: "postgresql://x:y@db.example.com/app",
            SHOP_DATABASE_URL: "postgresql://x:y@db.example.com/shop",
            MYSQL_PWD: "y",
            no_proxy: "*.amazonaws.com",
            ALL_PROXY: "socks5://elsewhere:1",
        };
        assert.deepEqual(engineEnvironment(inherited, surroundings), {
            AWS_PROFILE: undefined,
            AWS_SESSION_TOKEN: undefined,
            PULUMI_ACCESS_TOKEN: undefined,
            PGHOST: undefined,
            KUBECONFIG: undefined,
            DATABASE_URL: undefined,
            SHOP_DATABASE_URL: undefined,
            MYSQL_PWD: undefined,
            no_proxy: undefined,
            PATH: `/plugins:/more:${dirname(process.execPath)}:/bin`,
            KEYLESS_FORESIGHT: undefined,
            KEYLESS_STATE: "/state",
            PULUMI_BACKEND_URL: "file:///state/engine?metadata=skip",
            PULUMI_HOME: "/state/home",
            PULUMI_CONFIG_PASSPHRASE: "secret",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_JOURNALING_BATCH_PERIOD: "5",
            PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
            AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
            AWS_SECRET_ACCESS_KEY: "key",
            AWS_ENDPOINT_URL_STS: "http://127.0.0.1:2/",
            AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: "http://127.0.0.1:2/logs",
            AWS_ENDPOINT_URL_SECRETS_MANAGER: "http://127.0.0.1:2/secrets",
            AWS_EC2_METADATA_DISABLED: "true",
            AWS_CONFIG_FILE: "/dev/null",
            AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
            ALL_PROXY: "socks5://127.0.0.1:1",
            NO_PROXY: "127.0.0.1,localhost",
        });
    });
});
