import assert from "node:assert/strict";

import { cloudFacts } from "../../../cli/sandbox/doctorCloud";
import { diagnose } from "../../../doctor/checks/all";
import type { JsonProps } from "../../../sandbox/cloud/store";
import { Store } from "../../../sandbox/cloud/store";
import { good } from "../../doctor/good";
import { temporaryFolder } from "../../support/temporaryFolder";

const PLACE = { region: "eu-central-1", account: "111122223333" };

describe("the doctor's view of the sandbox's cloud", () => {
    const dir = temporaryFolder("doctor");
    const store = new Store(dir);

    const put = (type: string, id: string, state: JsonProps, place = PLACE) =>
        store.put({ type, id, ...place, inputs: {}, state });

    const states = () =>
        Object.fromEntries(
            diagnose({ ...good, ...cloudFacts(store, "db-OLD") })
                .filter(({ group }) => group !== "database")
                .map((one) => [one.id, one.state === "unchecked" ? one.reason : one.state]),
        );

    const unread = {
        routes: "the sandbox's routes and network ACLs are not read",
        "network-acls": "the sandbox's routes and network ACLs are not read",
        proxies: "the sandbox's proxies are not read",
        copies: "the sandbox's copies are not read",
        "iam-roles": "the sandbox's IAM roles are not read",
    };

    before(() => {
        put("aws:rds/instance:Instance", "old", {
            resourceId: "db-OLD",
            engine: "postgres",
            port: 5432,
            username: "postgres",
            iamDatabaseAuthenticationEnabled: false,
            parameterGroupName: "old",
            vpcSecurityGroupIds: ["sg-db"],
            publiclyAccessible: true,
            caCertIdentifier: "rds-ca-rsa2048-g1",
        });
        put("aws:rds/parameterGroup:ParameterGroup", "old", { parameters: [{ name: "rds.force_ssl", value: "0" }] });
        put("aws:ec2/securityGroup:SecurityGroup", "sg-db", {
            vpcId: "vpc-1",
            ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["0.0.0.0/0"] }],
        });
    });

    it("is not known without exactly one cluster", () => {
        const none = "the sandbox has no EKS cluster in eu-central-1";
        assert.deepEqual(states(), {
            "iam-authentication": "change",
            ...unread,
            "tls-forced": "change",
            "certificate-authority": "the sandbox does not have RDS' certificate authorities",
            "master-secret": "change",
            "pods-path": none,
            "open-path": "change",
            "oidc-provider": none,
            "pod-identity-agent": none,
            "access-entries": none,
            namespaces: none,
        });
    });

    it("holds the cluster, its add-ons, nodes, providers and namespaces", () => {
        put("aws:eks/cluster:Cluster", "prod", {
            name: "prod",
            arn: "arn:aws:eks:eu-central-1:111122223333:cluster/prod",
            endpoint: "https://ABCD.gr7.eu-central-1.eks.amazonaws.com",
            vpcConfig: { vpcId: "vpc-1", clusterSecurityGroupId: "sg-cluster" },
            identities: [{ oidcs: [{ issuer: "https://oidc.eks.eu-central-1.amazonaws.com/id/ABCD" }] }],
            accessConfig: { authenticationMode: "CONFIG_MAP" },
        });
        put("aws:ec2/vpc:Vpc", "vpc-1", { cidrBlock: "10.0.0.0/16" });
        put("aws:ec2/launchTemplate:LaunchTemplate", "lt-1", { vpcSecurityGroupIds: ["sg-app"] });
        put("aws:eks/nodeGroup:NodeGroup", "prod:a", {
            clusterName: "prod",
            nodeGroupName: "a",
            launchTemplate: { id: "lt-1" },
        });
        put("aws:eks/nodeGroup:NodeGroup", "prod:b", { clusterName: "prod", nodeGroupName: "b" });
        put("aws:eks/addon:Addon", "prod:vpc-cni", { clusterName: "prod", addonName: "vpc-cni" });
        put("kubernetes:core/v1:Namespace", "prod:ABCD/shop", { metadata: { name: "shop" } });
        const { aws, kubernetes } = cloudFacts(store, "db-OLD");
        assert.deepEqual("value" in aws.nodes && aws.nodes.value, [
            { id: "a", groups: ["sg-app"], subnet: "", auto: false },
            { id: "b", groups: ["sg-cluster"], subnet: "", auto: false },
        ]);
        assert.deepEqual(kubernetes.namespaces, { value: ["shop"] });
        assert.deepEqual(states(), {
            "iam-authentication": "change",
            ...unread,
            "tls-forced": "change",
            "certificate-authority": "the sandbox does not have RDS' certificate authorities",
            "master-secret": "change",
            "pods-path": "fine",
            "open-path": "change",
            "oidc-provider": "change",
            "pod-identity-agent": "change",
            "access-entries": "change",
            namespaces: "change",
        });
    });

    it("tells the rules of the database's groups from others, however they are declared", () => {
        put("aws:ec2/securityGroup:SecurityGroup", "sg-db", { vpcId: "vpc-1", ingress: [] });
        put("aws:ec2/securityGroup:SecurityGroup", "sg-other", { vpcId: "vpc-1", ingress: [] });
        assert.equal(states()["pods-path"], "change");
        const rule = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
        const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
        put(type, "sgr-1", { ...rule, securityGroupId: "sg-db", referencedSecurityGroupId: "sg-app" });
        put(type, "sgr-2", { ...rule, securityGroupId: "sg-other", referencedSecurityGroupId: "sg-cluster" });
        assert.equal(states()["pods-path"], "change");
        put(type, "sgr-3", { ...rule, securityGroupId: "sg-db", referencedSecurityGroupId: "sg-cluster" });
        assert.deepEqual([states()["pods-path"], states()["open-path"]], ["fine", "fine"]);
    });
});
