import assert from "node:assert/strict";
import { planOf } from "../../cli/tunnel";
import { shown } from "../../toolkit/shown";

const outputs = {
    bastionInstanceId: "i-0123",
    bastionDocuments: { shell: "b-shell", tunnel: "b-tunnel", socks: "b-socks" },
    endpoint: "db.cluster-abc.eu-central-1.rds.amazonaws.com",
    port: 5432,
    database: "app",
    clusterArn: "arn:aws:rds:eu-central-1:111122223333:cluster:db",
};
const session = ["aws", "ssm", "start-session", "--region", "eu-central-1", "--target", "i-0123", "--document-name"];

describe("a tunnel", () => {
    it("leads to the database and keeps its real name for token and certificate", () => {
        const { endpoint } = outputs;
        assert.deepEqual(planOf("tunnel", outputs, "sue"), {
            command: [...session, "b-tunnel", "--parameters", "localPortNumber=15432"],
            intro: shown`in another shell:

  PGPASSWORD="$(aws rds generate-db-auth-token --hostname ${endpoint} --port 5432 --username sue --region eu-central-1)" psql "host=${endpoint} port=15432 hostaddr=127.0.0.1 dbname=app user=sue sslmode=verify-full sslrootcert=node_modules/.cache/keyless/rds-global-bundle.pem"
`,
        });
    });

    it("is a SOCKS proxy for programs that support it", () => {
        assert.deepEqual(planOf("socks", outputs, "sue", "1081"), {
            command: [...session, "b-socks", "--parameters", "localPortNumber=1081"],
            intro: shown`in another shell, for pulumi and keyless bootstrap:\n\n  export ALL_PROXY=socks5://127.0.0.1:1081\n`,
        });
    });

    it("can be a shell, which has no port", () => {
        assert.deepEqual(planOf("shell", outputs, "sue").command, [...session, "b-shell"]);
    });

    it("refuses a user that a shell would interpret", () => {
        assert.throws(() => planOf("tunnel", outputs, "$(id)"), {
            message: '--user "$(id)" is not a valid database user; allowed are letters, digits, _ and -',
        });
        assert.throws(() => planOf("tunnel", outputs, "sue host=elsewhere"), /not a valid database user/);
    });

    it("requires a bastion and a valid port", () => {
        assert.throws(() => planOf("tunnel", {}, "sue"), {
            message: "the stack has no bastion; set platform.bastion: true and run `pulumi up`",
        });
        assert.throws(() => planOf("tunnel", outputs, "sue", "80000"), {
            message: '--local-port "80000" is not a port; allowed are integers from 1 to 65535',
        });
    });
});
