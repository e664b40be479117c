import assert from "node:assert/strict";

import type { AccessModel } from "../../access/matrix/model";
import { Level } from "../../access/model/level";
import { Edit } from "./support/edit";
import { urn } from "./support/resources";
import { LATER } from "./support/stack";
import { modelOf } from "./support/summary";

const TENANTS = ["shop", "billing"];

/** `shop/shop write aurora/app/shop`, for everything above mere use. */
function linesOf({ cells }: AccessModel): string[] {
    const reached = cells.filter(({ level, datum }) => level > Level.Use && datum.kind !== "database");
    return [
        ...new Set(reached.map(({ identity, datum, level }) => `${identity.label} ${Level[level]} ${datum.label}`)),
    ].sort();
}

function statesOf({ cells }: AccessModel, identity: string): string[] {
    return [
        ...new Set(
            cells
                .filter((cell) => cell.identity.label === identity)
                .flatMap(({ paths }) => paths.map(({ chain }) => chain.state)),
        ),
    ];
}

describe("the first preview of a stack, before any id exists", () => {
    it("shows the complete future matrix as expected", () => {
        const planned = modelOf(new Edit({ tenants: TENANTS, deployed: false }).sketches);
        const deployed = modelOf(new Edit({ tenants: TENANTS }).sketches);
        assert.deepEqual(linesOf(planned), linesOf(deployed));
        assert.deepEqual([statesOf(planned, "shop/shop"), statesOf(deployed, "shop/shop")], [["expected"], ["holds"]]);
        assert.deepEqual(planned.broken, []);
    });

    it("attributes a schema's policies to the roles that supply their names, not to PUBLIC", () => {
        const edit = new Edit({ tenants: TENANTS, deployed: false }).remove("grant", "shop-usage");
        const inputs = { name: "shop", database: "app", owner: "shop_owner", policies: [{ role: LATER, usage: true }] };
        edit.remove("schema", "shop").add("postgresql:index/schema:Schema", "shop", inputs, {
            id: undefined,
            propertyDependencies: { policies: [urn("postgresql:index/role:Role", "shop_app")] },
        });
        const { cells } = modelOf(edit.sketches);
        const reach = (who: string): boolean =>
            cells.some(({ identity, datum }) => identity.label === who && datum.label === "schema shop");
        assert.deepEqual([reach("shop/shop"), reach("billing/billing")], [true, false]);
    });

    it("names the one user that a trust admits, while its account may be another one", () => {
        const user = "arn:aws:iam::444455556666:user/boss";
        const trust = { Effect: "Allow", Principal: { AWS: user }, Action: "sts:AssumeRole" };
        const edit = new Edit({ tenants: ["shop"], deployed: false }).remove("account", "shop");
        edit.set("role", "shop", { assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }) });
        assert.ok(linesOf(modelOf(edit.sketches)).includes(`${user} Write shop: tables to come of shop_owner`));
    });

    it("follows the namespace resource that supplies a Pod Identity association's namespace", () => {
        const edit = new Edit({ tenants: ["shop"], deployed: false }).remove("account", "shop");
        const trust = {
            Effect: "Allow",
            Principal: { Service: "pods.eks.amazonaws.com" },
            Action: ["sts:AssumeRole", "sts:TagSession"],
        };
        edit.set("role", "shop", { assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }) });
        edit.add("kubernetes:core/v1:Namespace", "market", { metadata: { name: "market" } }, { id: undefined });
        edit.add(
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            "shop",
            { clusterName: "eks", namespace: LATER, serviceAccount: "seller", roleArn: LATER },
            {
                id: undefined,
                propertyDependencies: {
                    namespace: [urn("kubernetes:core/v1:Namespace", "market")],
                    roleArn: [urn("aws:iam/role:Role", "shop")],
                },
            },
        );
        assert.deepEqual(statesOf(modelOf(edit.sketches), "market/seller"), ["expected"]);
    });

    it("expects a workload for a role for EC2, ECS or Lambda that no resource uses", () => {
        const trust = {
            Principal: { Service: "lambda.amazonaws.com" },
            Action: "sts:AssumeRole",
            Condition: undefined,
        };
        const edit = new Edit({ tenants: ["shop"] }).trust("shop", trust).remove("account", "shop");
        assert.deepEqual(statesOf(modelOf(edit.sketches), "shop by lambda.amazonaws.com"), ["expected"]);
    });
});
