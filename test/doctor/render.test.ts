import assert from "node:assert/strict";

import { diagnose } from "../../doctor/checks/all";
import { known, unknown } from "../../doctor/known";
import { renderFindings } from "../../doctor/render";
import { but, butDatabase, butServer, good, object } from "./good";

const linesOf = (facts: Parameters<typeof diagnose>[0]) => String(renderFindings(diagnose(facts))).split("\n");

describe("the doctor's table", () => {
    it("has a line for each check, and what to change below it", () => {
        const facts = butServer({ iamAuthentication: false });
        const kubernetes = { ...good.kubernetes, namespaces: unknown("namespaces: the API answers 403") };
        assert.deepEqual(linesOf({ ...facts, kubernetes }), [
            "aws         TO CHANGE    IAM database authentication: off",
            "aws         fine         TLS is required: rds.force_ssl is on",
            "aws         fine         certificate authority: shop-1: rds-ca-rsa2048-g1 until 2061-05-21; its certificate until 2027-06-01",
            "aws         fine         the master's password is managed by RDS: arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!cluster-1",
            "aws         fine         the database's security groups admit the pods: port 5432 from the nodes' groups",
            "aws         fine         only known sources reach the database's port: no rule admits more than a VPC",
            "aws         fine         the pods' subnets and the database's have routes to each other: local",
            "aws         fine         network ACLs let the pods' packets through, and the answers: both ways",
            "aws         fine         proxies sign in with IAM over TLS, and are let through: there is none",
            "aws         fine         the database is no copy, and its copies are as ready as it is: it has none",
            "aws         fine         an IAM OIDC provider for the cluster's issuer: arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/AAAA",
            "aws         fine         the stack's IAM roles do not exist yet: all their names end in random characters",
            "kubernetes  fine         the EKS Pod Identity agent: the add-on is installed",
            "kubernetes  fine         the cluster accepts access entries: API_AND_CONFIG_MAP",
            "kubernetes  not checked  the stack's namespaces do not exist yet: namespaces: the API answers 403",
            "database    fine         the stack's roles, databases and schemas do not exist yet: none of the 4 exists",
            "database    fine         no login that needs its password is in rds_iam: none, as far as the catalogs show: who has a password is hidden",
            "database    fine         PUBLIC holds no privilege that logins share: none",
            "database    fine         no login with a password owns objects: none",
            "database    fine         grants on all tables of a schema include future ones: none is missing",
            "database    fine         no extension signs in to a database with a stored password: app: pgcrypto",
            "database    fine         room for more sessions: 40 of 400",
            "database    fine         fewer than 200 new sessions a second: 2.0 a second, counted for 10 s",
            "",
            "iam-authentication: IAM database authentication",
            "  seen    off",
            "  why     without it, RDS accepts no token, and every login needs a password",
            "  breaks  nothing: logins keep their passwords until they become members of rds_iam",
            "  change  aws rds modify-db-cluster --db-cluster-identifier shop --enable-iam-database-authentication --apply-immediately",
            "",
            "21 fine, 1 to change, 1 not checked",
        ]);
    });

    it("sends no control sequence from a catalog to the terminal, and prints SQL that can be copied", () => {
        const name = "a\u001b[2J\nfine";
        const lines = linesOf(
            butDatabase({
                objects: [
                    object("schema", "open", "billing_owner", { public: ["USAGE"] }),
                    object("table", name, "billing_owner", { public: ["SELECT"] }, "open"),
                ],
            }),
        );
        assert.deepEqual(
            lines.filter((line) => line.includes("2J")),
            [
                "database    TO CHANGE    PUBLIC holds no privilege that logins share: SELECT on table open.a\\u{1b}[2J\\u{a}fine in app",
                "  seen    SELECT on table open.a\\u{1b}[2J\\u{a}fine in app",
                '  change  REVOKE SELECT ON TABLE "open".U&"a\\001B[2J\\000Afine" FROM PUBLIC;  -- in app',
            ],
        );
    });

    it("shortens long lists, which --json prints whole", () => {
        const plain = Array.from({ length: 12 }, (_, index) => ({
            login: `app_${index}`,
            database: "app",
            application: "",
            address: "10.0.0.1",
            tls: false,
            count: 1,
        }));
        const tls = known({ name: "rds.force_ssl", forced: false, dynamic: true });
        const facts = { ...but("database", "sessions", known(plain)), aws: { ...good.aws, tls } };
        assert.deepEqual(
            linesOf(facts)
                .filter((line) => line.startsWith("  seen"))
                .slice(-2),
            ["  seen    1 session of app_6 in app from 10.0.0.1 is without TLS", "  seen    … and 5 more (--json)"],
        );
    });

    it("quotes words of commands that a shell would read otherwise", () => {
        const facts = but("aws", "agent", known(undefined));
        const kubernetes = { ...good.kubernetes, agent: known(undefined) };
        const cluster = known({ ...good.aws.cluster.value, name: "prod $(date)'s" });
        const lines = linesOf({ ...facts, kubernetes, aws: { ...facts.aws, cluster } });
        assert.deepEqual(
            lines.filter((line) => line.startsWith("  change")),
            ["  change  aws eks create-addon --cluster-name 'prod $(date)'\\''s' --addon-name eks-pod-identity-agent"],
        );
    });
});
