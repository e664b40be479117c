import assert from "node:assert/strict";
import { ThreeTiers } from "../../../components/security/threeTiers";
import { record } from "../../support/mocks";

const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

describe("the three tiers", () => {
    it("let users reach web, web reach app, app reach the database, and nothing else", async () => {
        const recording = await record(() => new ThreeTiers("tiers", { vpcId: "vpc-1", webFrom: ["203.0.113.0/24"] }));
        assert.deepEqual(recording.inventory(), {
            "aws:ec2/securityGroup:SecurityGroup": 4,
            [egress]: 2,
            [ingress]: 3,
            "keyless:security:ThreeTiers": 1,
        });
        assert.deepEqual(recording.of(ingress), [
            rule(ingress, "app-from-web", "app", 8080, "from the web tier", {
                referencedSecurityGroupId: "tiers-web-id",
            }),
            rule(ingress, "database-from-app", "database", 5432, "from the app tier", {
                referencedSecurityGroupId: "tiers-app-id",
            }),
            rule(ingress, "web-from-203.0.113.0-24", "web", 443, "users by HTTPS", { cidrIpv4: "203.0.113.0/24" }),
        ]);
        assert.deepEqual(recording.of(egress), [
            rule(egress, "app-to-database", "app", 5432, "to the database tier", {
                referencedSecurityGroupId: "tiers-database-id",
            }),
            rule(egress, "web-to-app", "web", 8080, "to the app tier", { referencedSecurityGroupId: "tiers-app-id" }),
        ]);
    });

    it("keep the web tier closed without configured ranges", async () => {
        const recording = await record(() => new ThreeTiers("tiers", { vpcId: "vpc-1" }));
        assert.deepEqual(
            recording.of(ingress).map(({ name }) => name),
            ["tiers-app-from-web", "tiers-database-from-app"],
        );
    });

    it("put a proxy between app and database if configured", async () => {
        const recording = await record(() => new ThreeTiers("tiers", { vpcId: "vpc-1", proxy: true }));
        assert.deepEqual(recording.of(ingress), [
            rule(ingress, "app-from-web", "app", 8080, "from the web tier", {
                referencedSecurityGroupId: "tiers-web-id",
            }),
            rule(ingress, "database-from-proxy", "database", 5432, "from the proxy tier", {
                referencedSecurityGroupId: "tiers-proxy-id",
            }),
            rule(ingress, "proxy-from-app", "proxy", 5432, "from the app tier", {
                referencedSecurityGroupId: "tiers-app-id",
            }),
        ]);
        assert.deepEqual(recording.of(egress), [
            rule(egress, "app-to-proxy", "app", 5432, "to the proxy tier", {
                referencedSecurityGroupId: "tiers-proxy-id",
            }),
            rule(egress, "proxy-to-database", "proxy", 5432, "to the database tier", {
                referencedSecurityGroupId: "tiers-database-id",
            }),
            rule(egress, "web-to-app", "web", 8080, "to the app tier", { referencedSecurityGroupId: "tiers-app-id" }),
        ]);
    });

    it("use the same description of the database's group with and without a proxy, because it cannot be updated", async () => {
        const description = async (proxy: boolean) =>
            (await record(() => new ThreeTiers("tiers", { vpcId: "vpc-1", proxy }))).inputs(
                "aws:ec2/securityGroup:SecurityGroup",
                "tiers-database",
            )["description"];
        assert.equal(await description(true), await description(false));
    });

    it("define no inline rules in the groups, because they conflict with standalone rules", async () => {
        const recording = await record(() => new ThreeTiers("tiers", { vpcId: "vpc-1" }));
        assert.deepEqual(recording.inputs("aws:ec2/securityGroup:SecurityGroup", "tiers-database"), {
            vpcId: "vpc-1",
            description: "database tier: reached by the app tier",
            tags: { Name: "tiers-database" },
        });
    });

    it("accept other ports", async () => {
        const recording = await record(
            () => new ThreeTiers("tiers", { vpcId: "vpc-1", appPort: 80, databasePort: 3306 }),
        );
        assert.deepEqual(
            [...recording.of(ingress), ...recording.of(egress)].map(({ inputs }) => inputs["toPort"]),
            [80, 3306, 3306, 80],
        );
    });
});

function rule(
    type: string,
    suffix: string,
    tier: string,
    port: number,
    description: string,
    peer: Record<string, string>,
): unknown {
    const inputs = {
        securityGroupId: `tiers-${tier}-id`,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        description,
        ...peer,
    };
    return { type, name: `tiers-${suffix}`, inputs };
}
