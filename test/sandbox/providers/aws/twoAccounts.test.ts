import { deepEqual, equal } from "node:assert/strict";

import { Cloud } from "../../../../sandbox/cloud/aws/cloud";
import { putExisting } from "../../../../sandbox/providers/aws/existing";
import * as tokens from "../../../../sandbox/cloud/aws/tokens";
import type { Props } from "../../../../sandbox/cloud/props";
import { Stage, refusal } from "./stage";

const other = "444455556666";
const config = (...roles: readonly string[]): Props => ({
    region: "eu-central-1",
    assumeRoles: roles.map((name) => ({ roleArn: `arn:aws:iam::${other}:role/${name}` })),
});
const trust = (principal: string): string =>
    JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: principal } }],
    });
const refused = (caller: string, role: string): string =>
    `Cannot assume IAM Role: IAM Role (arn:aws:iam::${other}:role/${role}) cannot be assumed: api error AccessDenied: ` +
    `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${other}:role/${role}`;
const developer = "arn:aws:iam::111122223333:user/developer";

describe("resources in two accounts", () => {
    let here: Stage;
    const role = (name: string, principal: string): void =>
        putExisting(new Cloud(here.store, "eu-central-1"), [
            { type: tokens.ROLE, id: name, account: other, inputs: { name, assumeRolePolicy: trust(principal) } },
        ]);

    beforeEach(async () => {
        here = await Stage.open();
        role("deploy", "arn:aws:iam::111122223333:root");
    });

    describe("a provider that assumes a role", () => {
        it("works in that role's account", async () => {
            const there = await here.beside(config("deploy"));
            const { state } = await there.create(tokens.LOG_GROUP, { name: "/keyless/flow" });
            equal(state["arn"], `arn:aws:logs:eu-central-1:${other}:log-group:/keyless/flow`);
        });

        it("is refused if the role does not exist, or trusts another principal", async () => {
            equal(await refusal(here.beside(config("none"))), refused(developer, "none"));
            role("theirs", "arn:aws:iam::999999999999:root");
            equal(await refusal(here.beside(config("theirs"))), refused(developer, "theirs"));
        });

        it("can assume a chain of roles if their trusts and policies allow it", async () => {
            role("last", `arn:aws:iam::${other}:role/deploy`);
            const last = `arn:aws:iam::${other}:role/last`;
            equal(
                await refusal(here.beside(config("deploy", "last"))),
                refused(`arn:aws:iam::${other}:role/deploy`, "last"),
            );
            const policy = JSON.stringify({
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: last }],
            });
            await (await here.beside(config("deploy"))).create(tokens.ROLE_POLICY, { role: "deploy", policy });
            await here.beside(config("deploy", "last"));
        });
    });

    describe("two peered networks", () => {
        let there: Stage;
        let own: Record<"vpc" | "group", string>;
        let far: Record<"vpc" | "group", string>;
        const network = async (stage: Stage, cidrBlock: string) => {
            const vpc = (await stage.create(tokens.VPC, { cidrBlock })).id;
            return { vpc, group: (await stage.create(tokens.SECURITY_GROUP, { vpcId: vpc })).id };
        };
        const rule = (securityGroupId: string, referencedSecurityGroupId: string): Props => ({
            ...{ securityGroupId, referencedSecurityGroupId, ipProtocol: "tcp", fromPort: 5432, toPort: 5432 },
        });
        const ask = () =>
            here.create(tokens.PEERING, {
                vpcId: own.vpc,
                peerVpcId: far.vpc,
                peerOwnerId: other,
                peerRegion: "eu-central-1",
            });

        beforeEach(async () => {
            there = await here.beside(config("deploy"));
            own = await network(here, "10.20.0.0/16");
            far = await network(there, "10.30.0.0/16");
        });

        it("are connected once the other account accepts, and then accept routes on both sides", async () => {
            const { id } = await ask();
            const consent = { vpcPeeringConnectionId: id, autoAccept: true };
            equal(
                await refusal(here.create(tokens.PEERING_ACCEPTER, consent)),
                `InvalidVpcPeeringConnectionID.NotFound: The vpcPeeringConnection ID '${id}' does not exist`,
            );
            await there.create(tokens.PEERING_ACCEPTER, consent);
            for (const [stage, vpcId, destinationCidrBlock] of [
                [here, own.vpc, "10.30.0.0/16"],
                [there, far.vpc, "10.20.0.0/16"],
            ] as const) {
                const table = await stage.create(tokens.ROUTE_TABLE, { vpcId });
                await stage.create(tokens.ROUTE, {
                    routeTableId: table.id,
                    destinationCidrBlock,
                    vpcPeeringConnectionId: id,
                });
            }
        });

        it("let rules name each other's groups with the account, once they are connected", async () => {
            const inward = () => there.create(tokens.INGRESS_RULE, rule(far.group, `111122223333/${own.group}`));
            const apart = "InvalidGroup.NotFound: You have specified two resources that belong to different networks.";
            equal(await refusal(inward()), apart);
            const { id } = await ask();
            equal(await refusal(inward()), apart);
            await there.create(tokens.PEERING_ACCEPTER, { vpcPeeringConnectionId: id, autoAccept: true });
            const made = await inward();
            await here.create(tokens.EGRESS_RULE, rule(own.group, `${other}/${far.group}`));
            deepEqual(made.state["referencedSecurityGroupId"], `111122223333/${own.group}`);
            equal(
                await refusal(there.create(tokens.INGRESS_RULE, rule(far.group, own.group))),
                `referencedSecurityGroupId: InvalidGroup.NotFound: The security group '${own.group}' does not exist`,
            );
        });
    });
});
