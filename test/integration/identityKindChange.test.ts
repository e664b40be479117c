import { deepEqual, ok } from "node:assert/strict";

import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { createWorkloadIdentity } from "../../components/identity/createWorkloadIdentity";
import { TenantService } from "../../components/kubernetes/tenantService";
import { InlineStack } from "../support/inlineStack";

const address = { host: "db.example", port: 5432, database: "app", user: "shop_app", region: "eu-central-1" };
const trust = aws.iam.assumeRolePolicyForPrincipal({ Service: "eks.amazonaws.com" });

/** A cluster whose API anybody reaches, and a service with that kind of identity. */
function service(kind: "irsa" | "podIdentity") {
    return async () => {
        const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
        const subnetIds = ["a", "b"].map((zone, index) => {
            const place = { cidrBlock: `10.0.${index}.0/24`, availabilityZone: `eu-central-1${zone}` };
            return new aws.ec2.Subnet(zone, { vpcId: vpc.id, ...place }).id;
        });
        const { arn: roleArn } = new aws.iam.Role("eks", { assumeRolePolicy: trust });
        const cluster = new aws.eks.Cluster("eks", { roleArn, vpcConfig: { subnetIds } });
        const issuer = cluster.identities.apply(([first]) => first?.oidcs[0]?.issuer ?? "");
        const oidcProvider = new aws.iam.OpenIdConnectProvider("eks", {
            url: issuer,
            clientIdLists: ["sts.amazonaws.com"],
        });
        const kubeconfig = pulumi.jsonStringify({
            "current-context": "aws",
            contexts: [{ name: "aws", context: { cluster: "eks", user: "aws" } }],
            clusters: [{ name: "eks", cluster: { server: cluster.endpoint } }],
            users: [{ name: "aws", user: {} }],
        });
        const opts = { providers: { kubernetes: new kubernetes.Provider("eks", { kubeconfig }) } };
        const space = new kubernetes.core.v1.Namespace(
            "shop",
            { metadata: { name: "shop" } },
            { provider: opts.providers.kubernetes },
        );
        const ca = new kubernetes.core.v1.ConfigMap(
            "ca",
            { metadata: { name: "rds-ca", namespace: space.metadata.name }, data: { "rds-ca.pem": "" } },
            { provider: opts.providers.kubernetes },
        );
        const certificates = { configMap: "rds-ca", version: "1" };
        const pods = { namespace: space.metadata.name, serviceAccount: "shop" };
        const identity = createWorkloadIdentity(
            "shop",
            kind === "irsa"
                ? {
                      ...pods,
                      kind,
                      oidcProvider: { arn: oidcProvider.arn, issuer: issuer.apply((url) => url.slice(8)) },
                  }
                : { ...pods, kind, clusterArn: cluster.arn },
            undefined,
            opts,
        );
        const { credentials, ready } = identity;
        ok(credentials);
        new TenantService(
            "shop",
            { ...pods, tenant: "shop", image: "shop:1", certificates, address, credentials },
            { ...opts, dependsOn: [...ready, ca] },
        );
    };
}

describe("a service that changes its kind of identity", () => {
    let stack: InlineStack;

    before(async () => {
        stack = await InlineStack.create();
    });
    after(() => stack.remove());

    it("keeps its service account, and recreates its pods with the other credentials, in both directions", async () => {
        const account = "kubernetes:core/v1:ServiceAccount";
        const idsOf = async (kind: "irsa" | "podIdentity") => {
            const program = service(kind);
            const { changes } = await stack.up(program);
            const resources = await stack.resources(program);
            const accounts = resources.filter(({ type }) => type === account).map(({ id }) => id);
            return [accounts, changes["update"] ?? 0];
        };
        deepEqual(await idsOf("irsa"), [["shop/shop"], 0]);
        // The service account, by its annotation, and the Deployment, by its pods'.
        deepEqual(await idsOf("podIdentity"), [["shop/shop"], 2]);
        deepEqual(await idsOf("irsa"), [["shop/shop"], 2]);
    });
});
